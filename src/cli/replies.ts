import { plainLine } from '../actions/email/plain-text.js';
import { parseDuration } from '../core/duration.js';
import { formatTime } from '../core/format-time.js';
import type { KeptReply } from '../core/judged-reply.js';
import { timeZoneOf } from '../core/time-zone-of.js';
import { CommandError } from './command-error.js';
import { findingLines, verdictLine } from './judgement-lines.js';
import { openOwner } from './open-owner.js';
import { safeJson } from './safe-json.js';
import type { GlobalOptions } from './settings-context.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';

/** What `ackmail replies` is told. */
export interface RepliesOptions extends GlobalOptions {
  /** A duration with its unit. */
  readonly since: string;
  /** Only replies to a mail with this in its subject, or about an alert with this in its id. */
  readonly alert?: string;
  /** Only from whose address has this. */
  readonly from?: string;
  readonly json?: boolean;
  readonly limit: number;
}

/** `ackmail replies`: how each reply was judged and why, the newest first. Answers the exit code. */
export async function replies(options: RepliesOptions, terminal: Terminal): Promise<number> {
  const { since, json, limit } = options;
  const sinceMs = parseDuration(since);
  if (sinceMs === undefined)
    throw new CommandError(`--since ${since} is no duration.`, 'Such as 30m, 24h or 7d.', 2);
  const owner = await openOwner(options, terminal);
  try {
    if (!owner.context.settings.acknowledgement)
      throw new CommandError(
        'No replies are read: the settings have no `acknowledgement`.',
        'Say whose mailbox is read: acknowledgement: { account: NAME }.',
        2,
      );
    const timeZone = timeZoneOf(owner.context.settings);
    let shown = 0;
    let more = 0;
    for await (const reply of owner.control.upkeep.replies.list(
      new Date(terminal.clock.now().getTime() - sinceMs),
    )) {
      if (!fits(reply, options)) continue;
      if (shown >= limit) {
        more += 1;
        continue;
      }
      shown += 1;
      terminal.stdout.write(json ? `${safeJson(reply)}\n` : replyText(reply, timeZone, terminal));
    }
    if (json) return 0;
    if (more > 0) terminal.stdout.write(`${more} more before; -n shows more of them\n`);
    if (shown === 0) terminal.stdout.write(nothing);
    return 0;
  } finally {
    await owner.close();
  }
}

const nothing =
  'No such reply was read. A mail that has no reference to one of our mails is left alone and not listed; ' +
  'ackmail explain-reply says what a mail has.\n';

function fits(reply: KeptReply, { alert, from }: RepliesOptions): boolean {
  const has = (texts: readonly (string | undefined)[], wanted: string | undefined) =>
    wanted === undefined || texts.some((text) => text?.toLowerCase().includes(wanted.toLowerCase()));
  return has([reply.subject, ...(reply.alertIds ?? [])], alert) && has([reply.sender], from);
}

function replyText(reply: KeptReply, timeZone: string, terminal: Pick<Terminal, 'rich'>): string {
  const { strong } = styleFor(terminal);
  const sender = plainLine(reply.sender ?? 'nobody', 320);
  return [
    strong(`${formatTime(reply.readAt, timeZone)}  ${sender}`),
    `  ${verdictLine(reply, timeZone)}`,
    ...(reply.outcome === undefined ? [] : [`  outcome:    ${plainLine(reply.outcome, 50)}`]),
    ...findingLines(reply, timeZone),
    '',
    '',
  ].join('\n');
}
