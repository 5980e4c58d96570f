import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { testCertificate } from '../test/helpers/certificate.js';
import { listMaildrop } from './list-maildrop.js';
import { median } from './median.js';
import type { Session } from './session.js';
import { startMailbox } from './start-mailbox.js';
import { type MaildropWatch, watchMaildrop } from './watch-maildrop.js';

const mails = 10_000;
const rounds = 41;
const warmUps = 5;
/** Dovecot ends a session a moment after it has said so, and only then lets go of the maildrop. */
const pauseMs = 100;
const lastYear =
  'Received: from b.example.com by a.example.com; Sat, 1 Nov 2025 08:00:00 +0000\r\n' +
  'From: b@example.com\r\nSubject: Last year\r\n\r\nLong ago.\r\n';

/**
 * What a look into a maildrop of Dovecot costs in which 10,000 mails are left and none is new, against a session of the same
 * login that does nothing but list the mails; both in TLS, in turns. `pop3.pollRatio` is the time of the one by that of the
 * other, `pop3.pollMs` its time, and `pop3.pollExtraBytes` how many bytes more the server sends.
 */
export async function measurePop3(): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'ackmail-bench-'));
  const mailbox = await startMailbox(folder);
  const where = ['localhost', mailbox.pop3Port, (await testCertificate()).cert] as const;
  let watch: MaildropWatch | undefined;
  const took: { poll: Session[]; bare: Session[] } = { poll: [], bare: [] };
  const middle = (kind: keyof typeof took, what: keyof Session) =>
    median(took[kind].slice(warmUps).map((session) => session[what]));
  try {
    await mailbox.fill('INBOX', mails, lastYear);
    watch = await watchMaildrop(join(folder, 'data'), ...where);
    for (let round = 0; round < warmUps + rounds; round += 1) {
      took.poll.push(await watch.look());
      await wait(pauseMs);
      took.bare.push(await listMaildrop(...where));
      await wait(pauseMs);
    }
    return {
      'pop3.pollRatio': middle('poll', 'ms') / middle('bare', 'ms'),
      'pop3.pollMs': middle('poll', 'ms'),
      'pop3.pollExtraBytes': middle('poll', 'bytes') - middle('bare', 'bytes'),
    };
  } finally {
    await watch?.stop();
    await mailbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}
