import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Acknowledgement, Delivery, SystemError } from '../../src/index.js';
import { alertsMailbox } from '../../test/helpers/lab.js';
import { consoleLink } from '../../test/helpers/open-console.js';
import { mailSummary } from './mail-summary.js';
import { diskFull } from './monitor.js';
import type { Narrator } from './narrator.js';
import { revoke } from './revoke.js';
import type { Stage } from './stage.js';

/** What staying up needs. */
export interface StaySetup {
  readonly narrator: Narrator;
  /** What the person types, line by line. */
  readonly input: Readable;
  readonly signal: AbortSignal;
}

/**
 * Keeps everything up and tells what happens until `signal` is aborted or `input` ends.
 *
 * An empty line raises a fresh alert, `console` prints a link to the console, `revoke` ends the grant at the provider,
 * other words answer the last mail.
 */
export async function stay(stage: Stage, { narrator, input, signal }: StaySetup): Promise<void> {
  const { lab, monitor, ackmail } = stage;
  const { say } = narrator;
  let machines = 2;
  let shown = lab.received().length;

  const showSignIn = async () => {
    say('', 'Page to sign in on, in your own browser:', '', await ackmail.authorizationUrl('alerts'), '');
    say(`Sign-in: ${alertsMailbox}, password: anything. Then continue.`, '');
  };
  const showConsole = async () => {
    const link = await consoleLink(monitor.dataDir, 'anna@example.com');
    say('', 'The console, as anna@example.com; the link is good once, within ten minutes:', '', link, '');
  };
  /** Also the answers to replies, which come beside the mails of alerts. */
  const showMails = async () => {
    const mails = lab.received().slice(shown);
    shown += mails.length;
    for (const mail of mails) say('Mail:', ...(await mailSummary(mail)).map((line) => `     ${line}`));
  };
  const listeners = {
    async delivery({ action, status, detail }: Delivery) {
      if (status === 'deferred') say(`The action ${action} waits: ${detail}`);
      else if (action === 'chat') say('The chat was told.');
      else await showMails();
    },
    acknowledgement({ author, kind, comment }: Acknowledgement) {
      say(`The monitor was told by ${author}: ${kind}${comment ? `, "${comment}"` : ''}`);
    },
    async 'system-error'({ message }: SystemError) {
      say(`System error: ${message}`);
      await showSignIn();
    },
    'system-error-cleared': ({ code }: SystemError) => say(`System error cleared: ${code}`),
  };
  const obey = async (words: string) => {
    const mail = lab.received().findLast((each) => !/^Auto-Submitted: auto-replied/m.test(each));
    if (words === 'console') {
      await showConsole();
    } else if (words === 'revoke') {
      revoke(lab);
      say('The grant is revoked at the provider. Press Enter: the next alert finds out.');
    } else if (words === '') {
      machines += 1;
      await ackmail.handleAlerts([diskFull(`db${machines}`)]);
      say(`An alert: the disk of db${machines} is full.`);
    } else if (mail) {
      lab.reply(mail, words);
      say(`Replied to the last mail: ${words}`);
    }
  };

  for (const [event, listener] of Object.entries(listeners)) monitor.events.on(event, listener);
  say('It stays up. Now it is your turn:', '');
  say('  Enter        raises a fresh alert');
  say('  any words    are your reply to the last mail, such as: ack 2h on it');
  say('  console      prints another link to the console');
  say('  revoke       ends the grant at the provider, as an administrator there would');
  say('  Ctrl-C       ends it; nothing is left behind');
  await showConsole();
  await showSignIn();

  const lines = createInterface({ input, terminal: false });
  let last: Promise<void> = Promise.resolve();
  lines.on('line', (line) => {
    last = last.then(() => obey(line.trim())).catch((thrown: unknown) => say(String(thrown)));
  });
  const leave = () => lines.close();
  signal.addEventListener('abort', leave);
  if (!signal.aborted) await once(lines, 'close');
  signal.removeEventListener('abort', leave);
  await last;
  for (const [event, listener] of Object.entries(listeners)) monitor.events.off(event, listener);
  say('', 'Good bye.');
}
