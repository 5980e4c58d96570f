import { z } from 'zod';
import { startImapServer } from '../test/helpers/imap-server.js';
import { startSubmissionServer } from '../test/helpers/submission-server.js';

// The submission server and the mailbox of the benchmark, in a process of their own: they must not share an
// event loop with what is measured.

const wish = z.union([z.object({ append: z.string() }), z.object({ total: z.int() })]);
const idleForMs = 20;
const patienceMs = 120_000;

const [user = '', password = ''] = process.argv.slice(2);
const submission = await startSubmissionServer({ sink: true, password: { user, pass: password } });
const imap = await startImapServer({ users: { [user]: password } });

/** Appends once the watcher has begun to IDLE, and tells when: the notice is written in the same moment. */
async function append(raw: string): Promise<void> {
  let idlingMs = 0;
  for (let before = -1; idlingMs < idleForMs; idlingMs += 5) {
    const { length } = imap.commands;
    if (imap.commands.at(-1) !== 'IDLE' || length !== before) idlingMs = 0;
    before = length;

    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const at = process.hrtime.bigint();
  imap.append(raw);
  process.send?.({ appendedAt: at.toString() });
}

/** Tells when so many mails were taken in all, and how many there are by then. */
async function taken(total: number): Promise<void> {
  await submission.waitForMail(total, patienceMs);
  process.send?.({ count: submission.count(), at: process.hrtime.bigint().toString() });
}

process.on('message', (message) => {
  const wished = wish.parse(message);
  if ('append' in wished) void append(wished.append);
  else void taken(wished.total);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ smtpPort: submission.port, imapPort: imap.port });
