import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeReply } from '../test/helpers/lab.js';
import { median } from './median.js';
import { connections } from './open-plugin.js';
import { login, type MailServers } from './start-mail-servers.js';
import { startMailbox } from './start-mailbox.js';
import { type ReplyReader, startReplyReader } from './start-reply-reader.js';

const waiting = 1_000;
const more = 10_000;
const old = 100_000;
const people = 500;
const rounds = 5;

/**
 * What reading replies from Dovecot costs: `replies.perSecond` with 1,000 that wait at a start, from the start to the last
 * acknowledgement; `replies.mbGrowth10k`, what 10,000 further ones leave in memory; `start.growth100kMails`, the time from a
 * start to the acknowledgement of the one new reply in a mailbox of 100,000 old mails, by that with an empty one.
 */
export async function measureReplies(servers: MailServers): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'ackmail-bench-'));
  const mailbox = await startMailbox(folder);
  const { count: before } = await servers.taken(0);
  const accountOf = (name: string) => ({
    ...{ grant: 'password', mailbox: login.user, password: login.password },
    smtp: { host: '127.0.0.1', port: servers.smtpPort, security: 'none', connections },
    imap: { ...mailbox.imap, mailbox: name },
  });
  const readers: ReplyReader[] = [];
  const open = async (name: string, alerts: number, sent: number) => {
    const reader = startReplyReader(await mkdtemp(join(folder, 'reader-')), accountOf(name));
    readers.push(reader);
    await reader.start();
    await reader.alerts(alerts);
    await servers.taken(before + sent);
    await reader.stop();
    return { reader, mails: await reader.mails() };
  };
  const answered = (mails: readonly string[]) =>
    // Of many people: what one of them may say at once is limited.
    mails.map((mail, index) =>
      writeReply(mail, 'On it, thanks.', { from: `ops-${index % people}@example.com` }),
    );

  try {
    const { reader, mails } = await open('INBOX', waiting, waiting);
    await mailbox.append(answered(mails));
    const { at } = await reader.start();
    const read = await reader.acknowledged(waiting);
    const perSecond = (waiting / Number(read.doneAt - at)) * 1e9;
    const before10k = await reader.settle();
    for (let round = 0; round < more / waiting; round += 1) await mailbox.append(answered(mails));
    await reader.acknowledged(waiting + more);
    const after10k = await reader.settle();
    await reader.stop();

    const lastYear = 'From: b@example.com\r\nSubject: Last year\r\n\r\nLong ago.\r\n';
    await mailbox.fill('Empty', 1, lastYear);
    await mailbox.fill('Full', old, lastYear);
    const tookMs: Record<string, number[]> = { Empty: [], Full: [] };
    const readersOf = [
      ['Empty', await open('Empty', rounds, waiting + rounds)],
      ['Full', await open('Full', rounds, waiting + 2 * rounds)],
    ] as const;
    for (let round = 0; round < rounds; round += 1)
      for (const [name, { reader: one, mails: own }] of readersOf) {
        await mailbox.append(answered(own.slice(round, round + 1)), name);
        const { at: startedAt } = await one.start();
        const { doneAt } = await one.acknowledged(round + 1);
        tookMs[name]?.push(Number(doneAt - startedAt) / 1e6);
        await one.stop();
      }
    return {
      'replies.perSecond': perSecond,
      'replies.mbGrowth10k': after10k.residentMb - before10k.residentMb,
      'start.growth100kMails': median(tookMs['Full'] ?? []) / median(tookMs['Empty'] ?? []),
    };
  } finally {
    for (const each of readers) each.close();
    await mailbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}
