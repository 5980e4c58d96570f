import type { Alert } from '../../core/alert.js';
import type { ComposedMail } from '../../core/mail.js';
import type { Command } from '../command/read-command.js';
import { plainLine } from '../plain-line.js';
import type { Verdict } from './judgement.js';
import { questionOf } from './question-of.js';

/** What a command comes to depends on this. */
export interface MeaningSetting {
  readonly sender: string;
  /** The mail that is answered. */
  readonly mail: Pick<ComposedMail, 'alertIds'>;
  /** It answers another reply, and not the mail itself. */
  readonly answersAnother: boolean;
  /** From when a duration counts. */
  readonly countedFrom: Date;
  readonly now: Date;
  /** How long a bare reply holds at most, in milliseconds. */
  readonly expiresMs: number;
  readonly alert: (id: string) => Alert | undefined;
}

const longestComment = 1_000;

/** What a command means for the alerts that the mail told of, as they stand now. */
export function meaningOf(command: Command, setting: MeaningSetting): Verdict {
  const { sender, mail, answersAnother, countedFrom, now } = setting;
  const question = questionOf(command, {
    alertCount: mail.alertIds.length,
    answersAnother,
    isOver: mail.alertIds.every((id) => (setting.alert(id)?.status ?? 'resolved') === 'resolved'),
  });
  if (question) return { verdict: 'question', sender, ...question };

  const { numbers } = command;
  const every =
    typeof numbers === 'object'
      ? numbers.flatMap((number) => mail.alertIds[number - 1] ?? [])
      : mail.alertIds;
  const said = { sender, comment: plainLine(command.comment, longestComment) };
  const comment = (reason: string): Verdict => ({ verdict: 'comment', reason, ...said, alertIds: every });
  const expiresAt =
    command.until ?? new Date(countedFrom.getTime() + (command.durationMs ?? setting.expiresMs));
  const acknowledge = (reason: string, alertIds: readonly string[]): Verdict =>
    expiresAt > now
      ? { verdict: 'acknowledge', reason, ...said, alertIds, expiresAt }
      : comment('the acknowledgement had run out before the reply was read');

  switch (command.kind) {
    case 'unack':
      return { verdict: 'unacknowledge', reason: 'it begins with unack', ...said, alertIds: every };
    case 'comment':
      return comment('it is a comment or a question');
    case 'help':
    case 'unclear':
      return comment('it answers another reply');
    case 'ack':
      return acknowledge('it begins with ack', every);
    case 'bare': {
      if (answersAnother) return comment('it answers another reply');
      const alerts = every.flatMap((id) => setting.alert(id) ?? []);
      const firing = alerts.filter((alert) => alert.status === 'firing').map((alert) => alert.id);
      if (firing.length > 0) return acknowledge('it is a reply to the alert', firing);
      if (alerts.some((alert) => alert.status === 'acknowledged'))
        return comment('somebody has the alert already');
      return acknowledge('it is a reply to the alert', every);
    }
  }
}
