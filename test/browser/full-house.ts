import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { seedHistory } from '../../bench/seed-history.js';
import type { RaisedEvent } from '../../src/core/alert.js';
import { freePort } from '../helpers/free-port.js';
import { authservId } from '../helpers/received.js';
import { type Story, startStory } from '../helpers/story.js';
import { until } from '../helpers/until.js';
import { writeBounce } from '../helpers/write-bounce.js';

const anna = 'anna@example.com';
const ben = 'ben@example.com';
const carla = 'carla@example.com';
const dana = 'dana@example.com';
const email = { type: 'email', account: 'alerts' };

/** An Ackmail in the morning after a night in which a bit of everything has happened, in a time that stands still. */
export interface FullHouse {
  readonly story: Story;
  /** Where the console is, without a slash at its end. */
  readonly origin: string;
  /** The alert of which most was said. */
  alertId(): string;
  end(): Promise<void>;
}

/** Lets that night pass, on the 2nd of March 2026. */
export async function openFullHouse(): Promise<FullHouse> {
  const port = await freePort();
  let isDown = false;
  let told = '';
  const chat = createServer(async (request, response) => {
    told += await text(request);
    response.writeHead(isDown ? 503 : 204).end();
  });
  chat.listen(await freePort(), '127.0.0.1');
  await once(chat, 'listening');
  const address = chat.address();
  const chatUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/chat`;
  const story = await startStory(
    {
      timeZone: 'Europe/Berlin',
      actions: [
        { ...email, name: 'ops', to: [anna, ben, dana], match: { severity: ['critical', 'warning'] } },
        { ...email, name: 'second', to: [carla], match: { severity: ['critical'] }, after: '45m' },
        { name: 'chat', type: 'webhook', url: chatUrl },
      ],
      acknowledgement: { account: 'alerts', authservId },
      http: { listen: `127.0.0.1:${port}` },
    },
    '05:20',
  );
  await seedHistory({ dataDir: story.host.dataDir, now: story.clock.now(), days: 30, alertsADay: 18 });

  const full = await story.fires('db1.example.com');
  const mail = await story.mail(anna);
  await story.at('05:31');
  await story.replies(anna, mail, 'ack 2h the backup has filled it, I make room');
  await story.fires('db2.example.com', 'warning');
  await story.fires('web7.example.com', 'warning');
  await story.at('05:44');
  await story.replies(ben, mail, 'Is that the one that we resized last week?');
  const over: RaisedEvent = await story.fires('cache3.example.com');
  const last = await mailAbout(story, anna, 'cache3');
  await story.at('05:58');
  story.writes('mallory@example.net', last, 'ack');
  story.writes(ben, last, 'I am on a train until nine.', ['Auto-Submitted: auto-replied']);
  await story.replies(ben, last, 'ack restarted it');
  await story.at('06:12');
  await story.ends(over);
  await story.fires('queue1.example.com');
  const queue = await mailAbout(story, anna, 'queue1');
  story.arrives(writeBounce('postfix', queue, { recipient: dana }));
  await until('the word of the bounce', () => told.includes('SMTP_BOUNCED'));
  await story.at('06:41');
  isDown = true;
  await story.fires('web9.example.com', 'warning');
  await until('mail that left, and a chat that is tried again', async () =>
    (await story.plugin().status()).actions.every(
      ({ waiting, later = 0, lastFault, nextTryAt }) => waiting === later || (lastFault && nextTryAt),
    ),
  );
  return {
    story,
    origin: `http://127.0.0.1:${port}`,
    alertId: () =>
      story
        .plugin()
        .alerts()
        .find(({ fingerprint }) => fingerprint === full.alert.fingerprint)?.id ?? '',
    async end() {
      await story.end();
      chat.closeAllConnections();
      chat.close();
    },
  };
}

/** The mail that somebody got about a machine. */
async function mailAbout(story: Story, address: string, name: string): Promise<string> {
  const number = await until(
    `the mail about ${name}`,
    () => story.subjects(address).findIndex((subject) => subject.includes(name)) + 1,
  );
  return story.mail(address, number);
}
