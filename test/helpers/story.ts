import type { RaisedEvent } from '../../src/core/alert.js';
import { type PluginInstance, register } from '../../src/index.js';
import { type FakeClock, fakeClock } from './fake-clock.js';
import { startImapServer } from './imap-server.js';
import { headerField, writeReply } from './lab.js';
import { pressButton } from './press-button.js';
import { authservId } from './received.js';
import { type Refusal, startSubmissionServer } from './submission-server.js';
import { createTestHost, type TestHost } from './test-host.js';
import { until } from './until.js';

const login = { user: 'alerts@example.com', pass: 'the-secret-of-the-mailbox' };

/** An address that the mail server does not know. */
export const gone = 'gone@example.com';

/** The whole plugin with real mail servers, in a time that the story tells. */
export interface Story {
  readonly clock: FakeClock;
  readonly host: TestHost;
  plugin(): PluginInstance;
  /** It becomes a time of day in UTC, such as `03:15`, of the same day or of the next one that has it. */
  at(time: string): Promise<void>;
  /** An alert fires now. */
  fires(name: string, severity?: string): Promise<RaisedEvent>;
  ends(fired: RaisedEvent): Promise<void>;
  /** The mail that somebody gets as the `number`th, waited for. */
  mail(address: string, number?: number): Promise<string>;
  /** The subjects of what somebody got so far, without their tags. */
  subjects(address: string): readonly string[];
  /** A mail comes into the mailbox of the alerts. */
  arrives(mail: string): void;
  /** Somebody answers a mail. */
  writes(from: string, mail: string, words: string, header?: readonly string[]): void;
  /** Somebody answers a mail, and the plugin takes it. */
  replies(from: string, mail: string, words: string, header?: readonly string[]): Promise<void>;
  /** Somebody presses the button of a mail, and the plugin takes it. */
  presses(from: string, mail: string): Promise<void>;
  /** Nothing is under way: what was due has been told, and is on record. */
  settled(): Promise<void>;
  /** What the mail server answers to every mail from now on; undefined for a yes. */
  refuse(refusal: Refusal | undefined): void;
  /** A mail was put off. */
  tried(): Promise<void>;
  /** Ackmail is stopped and started again. */
  restart(): Promise<void>;
  end(): Promise<void>;
}

/**
 * Begins a story with some settings, and some of the SMTP server; times are those of the 2nd of March 2026. There is an
 * account `alerts`, whose mailbox is read; `accounts` are further ones.
 */
export async function startStory(
  { accounts, ...settings }: { readonly accounts?: object; readonly [name: string]: unknown },
  time = '03:00',
  smtpSettings: object = {},
): Promise<Story> {
  const clock = fakeClock(new Date(`2026-03-02T${time}:00Z`));
  let refusal: Refusal | undefined;
  const smtp = await startSubmissionServer({
    password: login,
    rejectMail: () => refusal,
    rejectRecipient: (address) => (address === gone ? { code: 550, text: '5.1.1 no such user' } : undefined),
  });
  const imap = await startImapServer({ users: { [login.user]: login.pass } });
  const server = { host: '127.0.0.1', security: 'none' };
  const host = await createTestHost({
    accounts: {
      alerts: {
        ...{ grant: 'password', mailbox: login.user, password: login.pass },
        smtp: { ...server, port: smtp.port, ...smtpSettings },
        imap: { ...server, port: imap.port },
      },
      ...accounts,
    },
    acknowledgement: { account: 'alerts', authservId, answers: { confirm: false, tellOthers: false } },
    ...settings,
  });
  const begin = async () => {
    const plugin = await register(host, { clock });
    await plugin.start();
    await until('the watch', async () => (await plugin.status()).acknowledgement?.state === 'watching');
    return plugin;
  };
  let plugin = await begin();
  const inbox = (address: string) => smtp.mails.filter(({ to }) => to.includes(address));
  const settled = async () => {
    await until('an end of what is due', async () =>
      (await plugin.status()).actions.every(({ waiting, later = 0 }) => waiting === later),
    );
  };
  const arrives = (mail: string) => void imap.append(mail, { at: clock.now() });
  const isTaken = async (mail: string) => {
    await settled();
    const before = host.acknowledged.length;
    const left = imap.mails('INBOX').length;
    arrives(mail);
    await until('the acknowledgement', () => host.acknowledged.length > before);
    await until('the mark on the reply', () => imap.mails('INBOX').length === left);
  };

  return {
    clock,
    host,
    plugin: () => plugin,
    async at(wanted) {
      await settled();
      const now = clock.now();
      const date = new Date(`${now.toISOString().slice(0, 10)}T${wanted.padEnd(8, ':00')}Z`);
      if (date < now) date.setUTCDate(date.getUTCDate() + 1);
      await clock.forward(date.getTime() - now.getTime());
    },
    async fires(name, severity = 'critical') {
      const at = clock.now();
      const fired: RaisedEvent = {
        ...{ id: `${name}-${at.getTime()}`, kind: 'fired', at },
        alert: {
          ...{ fingerprint: `test/${name}`, source: 'test', severity, startsAt: at },
          labels: { alertname: 'DiskFull', instance: name },
          annotations: { summary: `The disk of ${name} is 95 % full` },
        },
      };
      await plugin.handleAlerts([fired]);
      return fired;
    },
    async ends(fired) {
      await settled();
      const at = clock.now();
      const alert = { ...fired.alert, endsAt: at };
      await plugin.handleAlerts([{ ...fired, id: `${fired.id}-end`, kind: 'resolved', at, alert }]);
    },
    mail: async (address, number = 1) =>
      (await until(`mail ${number} to ${address}`, () => inbox(address)[number - 1])).raw,
    subjects: (address) =>
      inbox(address).map(({ raw }) => headerField(raw, 'Subject').replace(/ \[#[a-z0-9]+\]$/, '')),
    writes: (from, mail, words, header = []) => arrives(writeReply(mail, words, { from, header })),
    replies: (from, mail, words, header = []) => isTaken(writeReply(mail, words, { from, header })),
    arrives,
    presses: (from, mail) => isTaken(pressButton(mail, from)),
    settled,
    refuse(wanted) {
      refusal = wanted;
    },
    async tried() {
      await until('a try', async () => (await plugin.status()).actions.some(({ lastFault }) => lastFault));
    },
    async restart() {
      await plugin.stop();
      plugin = await begin();
    },
    async end() {
      await plugin.stop();
      await Promise.all([smtp.close(), imap.close()]);
      await host.remove();
    },
  };
}
