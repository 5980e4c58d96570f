import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Reply } from '../../../src/core/mail.js';
import { startImapServer } from '../../helpers/imap-server.js';
import { until } from '../../helpers/until.js';
import { accountAt, me, openScene } from '../scene.js';
import { watched } from './watched.js';

const mail = (subject: string) => `From: a@example.com\r\nSubject: ${subject}\r\n\r\nHello ${subject}\r\n`;

/** A mailbox with some mails, all of them handed out. */
async function read(count: number, setup: object = {}) {
  const scene = await openScene();
  const server = await startImapServer({ users: { [me]: 'secret' } });
  for (let index = 0; index < count; index += 1) server.append(mail(`${index}`));
  const watcher = watched(scene, { account: accountAt(server.port), ...setup });
  await until('the mails', () => watcher.seen.length === count);
  await until('IDLE', () => server.commands.at(-1) === 'IDLE');
  const sent = (pattern: RegExp) => server.commands.filter((line) => pattern.test(line));
  const end = async () => {
    await watcher.stop();
    await server.close();
    await scene.remove();
  };
  return { ...watcher, server, sent, end, places: watcher.seen.map(({ place }: Reply) => place) };
}

test('Mails that are marked done at the same time are moved in one go, each once.', async () => {
  const { mailbox, places, server, sent, end } = await read(30);
  const [first, ...others] = places;
  if (!first) throw new Error('no mail');
  // The first goes its way alone, while the others wait for the connection.
  await Promise.all([mailbox.done(first), ...others.map((place) => mailbox.done(place))]);
  assert.is(server.mails('Acknowledged').length, 30);
  assert.is(server.mails().length, 0);
  assert.ok(sent(/^UID MOVE/).length <= 3, `${sent(/^UID MOVE/)}`);
  await Promise.all(places.map((place) => mailbox.done(place)));
  assert.is(server.mails('Acknowledged').length, 30);
  await end();
});

test('However many are marked at the same time, no command names more than 100.', async () => {
  const { mailbox, places, server, sent, end } = await read(250);
  await Promise.all(places.map((place) => mailbox.done(place)));
  assert.is(server.mails('Acknowledged').length, 250);
  const named = sent(/^UID MOVE/).map((line) => line.split(' ')[2]?.split(',').length ?? 0);
  assert.ok(Math.max(...named) <= 100, `${named}`);
  await end();
});

test('The sources that will be asked for are fetched together, the others not at all.', async () => {
  const isWanted = (header: Buffer) => !header.includes('Subject: 3\r\n');
  const scene = await openScene();
  const server = await startImapServer({ users: { [me]: 'secret' } });
  for (const subject of ['1', '2', '3', '4']) server.append(mail(subject));
  const large = `${mail('large')}${'x'.repeat(100_000)}`;
  server.append(large);
  const sources: string[] = [];
  const watcher = watched(scene, { account: accountAt(server.port), isWanted }, async (reply) => {
    if (isWanted(reply.header)) sources.push((await reply.source(1_000_000)).toString());
  });
  await until('the mails', () => watcher.seen.length === 5);
  assert.equal(sources, [...['1', '2', '4'].map(mail), large]);
  const fetched = server.commands.filter((line) => line.includes('BODY.PEEK[]'));
  assert.equal(
    fetched.map((line) => line.split(' ')[2]),
    ['1,2,4', '5'],
  );
  await watcher.stop();
  await server.close();
  await scene.remove();
});

test.run();
