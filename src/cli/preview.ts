import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type DigestView, digestView } from '../actions/email/digest-view.js';
import { type MailView, mailView } from '../actions/email/mail-view.js';
import { sampleDigest } from '../actions/email/sample-digest.js';
import { type SampleKind, sampleEvent } from '../actions/email/sample-event.js';
import { type MailTexts, openTemplates } from '../actions/email/templates.js';
import type { Alert, AlertEvent } from '../core/alert.js';
import { describe, type Fault } from '../core/fault.js';
import type { EmailActionSettings, Settings } from '../core/settings.js';
import { timeZoneOf } from '../core/time-zone-of.js';
import { CommandError } from './command-error.js';
import { readAlert } from './read-alert.js';
import { safeJson } from './safe-json.js';
import { type GlobalOptions, settingsContext } from './settings-context.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';
import { writePrivateFile } from './write-private-file.js';

/** What `ackmail preview` is told. */
export interface PreviewOptions extends GlobalOptions {
  /** A made-up alert, or several in one mail; `firing` where nothing is said. */
  readonly sample?: SampleKind | 'digest';
  /** The id of a real alert, in place of a sample. */
  readonly alert?: string;
  /** A folder for the files, in place of standard output. */
  readonly out?: string;
  readonly json?: boolean;
}

const kinds = { firing: 'fired', acknowledged: 'acknowledged', resolved: 'resolved' } as const;

/**
 * `ackmail preview`: renders the mail that an action would make of an alert, and sends nothing. Answers the exit
 * code: 1 when a template of the user's does not work, which is said with its file and line; the mail is then shown
 * as it would leave, by the built-in one.
 */
export async function preview(
  name: string | undefined,
  options: PreviewOptions,
  terminal: Terminal,
): Promise<number> {
  const { settings, dir } = await settingsContext(options, terminal);
  const action = emailAction(settings, name);
  const now = terminal.clock.now();
  const faults: Fault[] = [];
  const setup = {
    folder: action.templates && resolve(dir, action.templates),
    onTrouble: async (fault: Fault) => void faults.push(fault),
  };
  const frame = {
    // A real one could be replied to.
    tag: settings.acknowledgement && '#preview',
    replyTo: mailboxOf(settings)?.replace(/@(?=[^@]*$)/, '+preview@'),
    expiresMs: settings.acknowledgement?.expires,
    timeZone: timeZoneOf(settings),
    now,
  };
  const renderDigest = async () => {
    const { view } = digestView({ ...frame, events: sampleDigest(now) });
    return openTemplates<DigestView>({ ...setup, prefix: 'digest-' }).render(view);
  };
  const renderMail = async (event: AlertEvent) =>
    openTemplates<MailView>(setup).render(mailView({ ...frame, events: [event] }));
  const { sample = 'firing', alert } = options;
  const texts =
    alert !== undefined
      ? await renderMail(eventOf(await readAlert(alert, options, terminal), now))
      : sample === 'digest'
        ? await renderDigest()
        : await renderMail(sampleEvent(sample, now));
  const files = options.out === undefined ? [] : await writeMail(resolve(terminal.cwd, options.out), texts);
  if (options.json) {
    const errors = faults.map(({ code, message, remedy }) => ({ code, message, remedy }));
    terminal.stdout.write(`${safeJson({ ...texts, files, errors }, 2)}\n`);
    return faults.length === 0 ? 0 : 1;
  }
  if (options.out === undefined) terminal.stdout.write(previewText(texts, terminal));
  for (const file of files) terminal.stdout.write(`${file}\n`);
  for (const { message, remedy } of faults) terminal.stderr.write(`${message}\n${remedy}\n`);
  return faults.length === 0 ? 0 : 1;
}

function emailAction({ actions }: Settings, name: string | undefined): EmailActionSettings {
  const emails = actions.filter((action) => action.type === 'email');
  const found = name === undefined ? emails[0] : emails.find((action) => action.name === name);
  if (found) return found;
  const known = emails.map((action) => action.name).join(', ') || 'none';
  throw new CommandError(
    name === undefined ? 'No action in the settings mails.' : `There is no action ${name} that mails.`,
    `There is: ${known}.`,
    2,
  );
}

/** The mailbox that replies go to. */
function mailboxOf({ accounts, acknowledgement }: Settings): string | undefined {
  return acknowledgement && accounts[acknowledgement.account]?.mailbox;
}

function eventOf(alert: Alert, at: Date): AlertEvent {
  return { id: 'preview', kind: kinds[alert.status], at, alert };
}

function previewText({ subject, text, html }: MailTexts, terminal: Terminal): string {
  const { strong } = styleFor(terminal);
  return [
    `${strong('Subject:')} ${subject}`,
    '',
    text.trimEnd(),
    '',
    strong('HTML:'),
    html.trimEnd(),
    '',
  ].join('\n');
}

/** Writes the texts as files that only their owner reads, over those of an earlier preview; answers their names. */
async function writeMail(folder: string, { subject, text, html }: MailTexts): Promise<readonly string[]> {
  const files = { 'subject.txt': `${subject}\n`, 'mail.txt': text, 'mail.html': html };
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const [name, content] of Object.entries(files)) await writePrivateFile(join(folder, name), content);
  } catch (cause) {
    throw new CommandError(
      `The mail cannot be written to ${folder}: ${describe(cause)}`,
      'Name a folder with --out that you may write to, or leave it out.',
    );
  }
  return Object.keys(files).map((name) => join(folder, name));
}
