import type { HeaderFields } from './header-fields.js';

const most = 1_000;

/** The addresses in `To` and `Cc`, in lower case, each once: they have the reply. */
export function replyRecipients(fields: HeaderFields): readonly string[] {
  const found = ['to', 'cc'].flatMap((name) =>
    fields
      .values(name)
      .flatMap((value) => value.match(/[^\s<>()[\]\\,;:"@]{1,64}@[^\s<>()[\]\\,;:"@]{1,253}/g) ?? []),
  );
  return [...new Set(found.map((address) => address.toLowerCase()))].slice(0, most);
}
