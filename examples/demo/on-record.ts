import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const entry = z.object({ kind: z.string(), author: z.string().optional(), reason: z.string().optional() });
const mail = z.object({
  messageId: z.string(),
  recipients: z.record(z.string(), z.object({ status: z.string(), reply: z.string().optional() })),
});

/** What Ackmail has on record of refused replies: who wrote, and why it does not count. */
export async function refusalOf(dataDir: string, author: string): Promise<string | undefined> {
  const lines = (await contents(join(dataDir, 'history'))).flatMap((text) => text.split('\n'));
  return lines
    .filter((line) => line.endsWith('}'))
    .map((line) => entry.parse(JSON.parse(line)))
    .find((each) => each.kind === 'refused' && each.author === author)?.reason;
}

/** What the submission server said when it took a mail for a recipient. */
export async function acceptanceOf(
  dataDir: string,
  messageId: string,
  recipient: string,
): Promise<string | undefined> {
  for (const text of await contents(join(dataDir, 'mails'))) {
    const { recipients, messageId: id } = mail.parse(JSON.parse(text));
    if (id === messageId && recipients[recipient]?.status === 'accepted') return recipients[recipient].reply;
  }
  return undefined;
}

async function contents(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const visible = names.filter((name) => !name.startsWith('.'));
  return Promise.all(visible.map((name) => readFile(join(folder, name), 'utf8')));
}
