import type { Attack } from './hostile-server.js';
import { mailAttacks } from './mail-attacks.js';
import { sessionAttacks } from './session-attacks.js';

/** What keeps a mail from being seen: that there is none, or another one in its place. */
const hiding = new Set([
  'answer to DATES, OK without anything',
  ...['0', '4294967295', '99999999999999999999', '-1', 'NaN', '1e9', ''].map(
    (count) => `mailbox, EXISTS ${count}`,
  ),
  'mailbox, no EXISTS',
  'headers, an empty header',
  'headers, a quoted header',
  'headers, a literal of 3 MB',
  'source, another mail',
  'source, more than was asked for',
]);

/** Everything that a server may do to its client. `unasked` is a mail that nobody asks for. */
export function attacksOf(unasked: string): readonly Attack[] {
  return [...sessionAttacks, ...mailAttacks(unasked)].map((attack) =>
    hiding.has(`${attack.kind}, ${attack.name}`) ? { ...attack, hides: true } : attack,
  );
}
