import { evidenceOf } from './evidence.js';

const mostLines = 24;
/** A name of one to four words, perhaps bold in Markdown, and what it names. */
const field =
  /^[*_]{0,2}(\p{L}[\p{L}\p{M}'’.-]{0,24}(?: [\p{L}\p{M}'’.-]{1,24}){0,3})[*_]{0,2}\s?[:：](?!\/\/)[*_]{0,2}\s?(.*)$/u;

/**
 * Whether the head of another mail begins at a line: several lines of `Word: value` one below the other, among them
 * a mail address or a date, as Outlook, Lotus Notes and forwarded mail have them in the language of their user.
 *
 * `above` is what sets it off: below a separator two lines are enough, right below other words it takes four.
 */
export function isHeaderBlock(
  lines: readonly string[],
  start: number,
  above: 'separator' | 'blank' | 'words',
): boolean {
  const announced = above === 'separator';
  const names = new Set<string>();
  let address = false;
  let date = false;
  let open = false;
  for (let index = start; index < Math.min(start + mostLines, lines.length); index += 1) {
    const line = (lines[index] ?? '').slice(0, 500).replace(/\u3000/g, ' ');
    const [, name, value = ''] = field.exec(line) ?? [];
    if (name === undefined) {
      // A list of recipients may go on in the next line.
      if (open && line !== '') continue;
      break;
    }
    if (names.has(name.toLowerCase())) break;
    names.add(name.toLowerCase());
    const evidence = evidenceOf(value);
    address ||= evidence.address;
    date ||= evidence.date && (evidence.time || announced);
    open = value === '' || /[;,]$/.test(value) || evidence.address;
  }
  const enough = announced ? 2 : above === 'words' ? 4 : address && date ? 2 : 3;
  return names.size >= enough && (address || date);
}
