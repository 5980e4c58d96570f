import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createMailBook, type MailBook } from '../../../src/actions/email/mail-book.js';
import { mailType } from '../../../src/actions/email/mail-type.js';
import { systemClock } from '../../../src/core/clock.js';
import type { ComposedMail } from '../../../src/core/mail.js';
import type { Collection } from '../../../src/core/store.js';
import { openStore } from '../../../src/store/open-store.js';
import { until } from '../../helpers/until.js';

const accepted = { status: 'accepted' } as const;
const pending = { status: 'pending' } as const;
const bounced = { status: 'bounced', reply: '550 5.1.1 unknown' } as const;
const mail: ComposedMail = {
  ...{ id: 'aaaaaaaaaaaaa', action: 'ops', account: 'alerts', eventIds: ['e'], alertIds: ['a'] },
  ...{ messageId: '<a@example.com>', subject: 'x', composedAt: new Date(), envelopeFrom: 'a@example.com' },
  recipients: { 'one@example.com': accepted, 'two@example.com': pending },
  raw: 'Subject: x\r\n\r\nx\r\n',
};

/** How often the record was looked at. */
let looks = 0;

async function withBook(task: (book: MailBook, mails: Collection<ComposedMail>) => Promise<void>) {
  looks = 0;
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-book-'));
  const store = await openStore({ dir, key: randomBytes(32), clock: systemClock });
  try {
    const mails = store.collection('mails', mailType);
    // A disk that is slow.
    const get = async (name: string) => {
      const found = await mails.get(name);
      looks += 1;
      await pause(20);
      return found;
    };
    const book = createMailBook('ops', { ...mails, get }, systemClock);
    await book.add(mail);
    await task(book, mails);
  } finally {
    await store.close();
    await rm(dir, { recursive: true });
  }
}

test('what came back stays on record when the rest of the mail is sent by who did not know', () =>
  withBook(async (book, mails) => {
    const after = await book.bounced(mail.id, { 'one@example.com': bounced });
    assert.equal(after?.recipients['one@example.com'], bounced);
    await book.write({ ...mail, recipients: { ...mail.recipients, 'two@example.com': accepted } });
    assert.equal((await mails.get(mail.id))?.recipients, {
      'one@example.com': bounced,
      'two@example.com': accepted,
    });
  }));

test('what is accepted while a mail comes back stays accepted: nobody is sent it twice', () =>
  withBook(async (book, mails) => {
    const sent = { ...mail, recipients: { ...mail.recipients, 'two@example.com': accepted } };
    const coming = book.bounced(mail.id, { 'one@example.com': bounced });
    await until('the look at the record', () => looks > 0);
    await Promise.all([book.write(sent), coming]);
    assert.equal((await mails.get(mail.id))?.recipients, {
      'one@example.com': bounced,
      'two@example.com': accepted,
    });
  }));

test('a mail that is not of the action is left alone', () =>
  withBook(async (book, mails) => {
    await mails.put('bbbbbbbbbbbbb', { ...mail, id: 'bbbbbbbbbbbbb', action: 'other' });
    assert.is(await book.bounced('bbbbbbbbbbbbb', { 'one@example.com': bounced }), undefined);
    assert.is(await book.bounced('ccccccccccccc', { 'one@example.com': bounced }), undefined);
    assert.equal((await mails.get('bbbbbbbbbbbbb'))?.recipients['one@example.com'], accepted);
  }));

test.run();
