import type { Clock } from '../../core/clock.js';
import { describe, Fault } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { ComposedMail } from '../../core/mail.js';
import type { History } from '../../core/store.js';
import type { SystemErrors } from '../../core/system-error.js';
import { sameRecipient } from './same-recipient.js';

/** The recipients whose mail comes back: each is a system error, for as long as it does. */
export interface BouncedRecipients {
  /** A mail came back from a recipient; `isLost`: from all who had it. */
  raise(
    recipient: string,
    failure: { readonly reply: string; readonly mail: ComposedMail; readonly isLost: boolean },
  ): Promise<void>;
  /** Mail reaches somebody: a reply of theirs was read. */
  heard(sender: string): Promise<void>;
  /** Clears, until `signal` is aborted, what is over. */
  run(signal: AbortSignal): Promise<void>;
}

/** What it needs. */
export interface BouncedRecipientsSetup {
  /** Everybody whom the settings name as a recipient. */
  readonly recipients: readonly string[];
  readonly systemErrors: SystemErrors;
  readonly history: History;
  readonly clock: Clock;
  readonly log: Log;
}

const lookMs = 3_600_000;
/** A mail that has not come back by then has arrived, as far as anybody knows. */
const quietMs = 24 * 3_600_000;
/** So many stand at once: one report may name everybody, and each goes out to everybody else. */
const mostStanding = 20;

/**
 * Makes it over the system errors.
 *
 * The error of a recipient ends when a mail that left later has not come back for a day, when they reply, and when the
 * settings do not name them any more.
 */
export function createBouncedRecipients(setup: BouncedRecipientsSetup): BouncedRecipients {
  const { systemErrors, history, clock, log } = setup;
  const standing = () => systemErrors.list().filter(({ code }) => code === 'SMTP_BOUNCED');
  const clear = async (isOver: (recipient: string) => boolean) => {
    for (const { code, subject } of standing()) if (isOver(subject)) await systemErrors.clear(code, subject);
  };
  const isNamed = (recipient: string) => setup.recipients.some((each) => sameRecipient(each, recipient));

  /** Of the last two days, to whom mail left more than a day ago and nothing has come back since. */
  async function reached(): Promise<ReadonlySet<string>> {
    const nowMs = clock.now().getTime();
    const found = new Set<string>();
    for await (const entry of history.since(new Date(nowMs - 2 * quietMs))) {
      const isOld = nowMs - entry.at.getTime() >= quietMs;
      if (entry.kind === 'sent' && isOld) for (const name of namesIn(entry['accepted'])) found.add(name);
      const came = [...namesIn(entry['missed']), ...namesIn(entry['deferred'])];
      if (entry.kind === 'bounced' || entry.kind === 'delayed') for (const name of came) found.delete(name);
    }
    return found;
  }

  return {
    async raise(recipient, { reply, mail, isLost }) {
      const others = standing().filter(({ subject }) => subject !== recipient);
      if (others.length >= mostStanding) {
        log.warn({ recipient }, 'Mail to so many came back that this is in the history only.');
        return;
      }
      const facts = { recipient, reply, subject: mail.subject, action: mail.action };
      const { code, message, remedy } = new Fault('SMTP_BOUNCED', {
        ...facts,
        remedy: remedyFor(reply, mail),
      });
      const severity = isLost ? 'critical' : 'warning';
      await systemErrors.raise({ code, subject: recipient, severity, message, remedy });
    },
    heard: (sender) => clear((recipient) => sameRecipient(recipient, sender)),
    async run(signal) {
      while (!signal.aborted) {
        try {
          await clear((recipient) => !isNamed(recipient));
          if (standing().length > 0) {
            const names = await reached();
            await clear((recipient) => names.has(recipient));
          }
        } catch (thrown) {
          log.warn({ detail: describe(thrown) }, 'Recipients whose mail came back could not be looked at.');
        }
        await clock.until(new Date(clock.now().getTime() + lookMs), signal);
      }
    },
  };
}

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function remedyFor(reply: string, { action }: ComposedMail): string {
  if (/(?:^|\s)#?5\.1\.(?:1|2|3|6|10)(?!\d)/.test(reply))
    return `Check the address in \`to\` or \`cc\` of the action ${action}: there is no such mailbox.`;
  return `Ask the person another way, and read what the server said: the mailbox may be full, or refuse mail from here. Until it works, name somebody else in the action ${action}.`;
}
