import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { ExplainSetting } from '../ack/judgement/explain-reply.js';
import type { TrustRules } from '../ack/trust/trust-of.js';
import { plainLine } from '../actions/email/plain-text.js';
import { formatTime } from '../core/format-time.js';
import type { ExplainedReply } from '../core/judged-reply.js';
import type { Settings } from '../core/settings.js';
import { timeZoneOf } from '../core/time-zone-of.js';
import { readBytes } from './explain/read-bytes.js';
import { findSettings } from './find-settings.js';
import { findingLines, verdictLine } from './judgement-lines.js';
import { openOwner } from './open-owner.js';
import { safeJson } from './safe-json.js';
import { type GlobalOptions, settingsContext } from './settings-context.js';
import { styleFor } from './style.js';
import type { Terminal } from './terminal.js';

/** What `ackmail explain-reply` is told. */
export interface ExplainReplyOptions extends GlobalOptions {
  /** It is a text alone and no raw mail. */
  readonly text?: boolean;
  /** How many alerts the mail tells of that is answered, where that is not on record. */
  readonly alerts: number;
  readonly json?: boolean;
}

/** As much of a mail as is read when it comes to the mailbox. */
const longestMail = 1_048_576;
/** Without settings nothing is known of who may, and no server is asked. */
const noTrustRules: TrustRules = {
  authentication: { kind: 'generic', authservIds: [] },
  senders: { allow: [], deny: [] },
  actionSenders: {},
  ownAddresses: [],
  resolveTxt: async () => [],
};
const defaultExpiresMs = 8 * 3_600_000;

/**
 * `ackmail explain-reply FILE|-`: how a raw mail would be judged, and why. It changes nothing. What is on record of
 * sent mails is looked at where there are settings and a data directory. Answers the exit code, 0 also for a mail
 * that would be refused.
 */
export async function explainReply(
  source: string,
  options: ExplainReplyOptions,
  terminal: Terminal,
): Promise<number> {
  const { bytes, isCut } = await readBytes(source, longestMail, terminal);
  const context = hasSettings(options, terminal) ? await settingsContext(options, terminal) : undefined;
  const settings = context?.settings;
  const isAsked = !options.text && settings?.acknowledgement && existsSync(context?.dataDir ?? '');
  const explained = isAsked
    ? await explainByOwner(bytes, options, terminal)
    : await explainHere(bytes, options, settings, terminal);
  const unknown = isCut
    ? [...explained.unknown, 'What stands behind the first megabyte; it is never read.']
    : explained.unknown;
  const timeZone = timeZoneOf(settings);
  terminal.stdout.write(
    options.json
      ? `${safeJson({ ...explained, unknown }, 2)}\n`
      : explanationText({ ...explained, unknown }, timeZone, terminal),
  );
  return 0;
}

/** Without any settings a mail is explained as far as that goes; those that are asked for must be there. */
function hasSettings({ config }: GlobalOptions, terminal: Terminal): boolean {
  if (config !== undefined) return true;
  try {
    findSettings(undefined, terminal.cwd);
    return true;
  } catch {
    return false;
  }
}

async function explainByOwner(
  bytes: Buffer<ArrayBuffer>,
  options: ExplainReplyOptions,
  terminal: Terminal,
): Promise<ExplainedReply> {
  const owner = await openOwner(options, terminal);
  try {
    return await owner.control.upkeep.replies.explain(bytes, options.alerts);
  } finally {
    await owner.close();
  }
}

async function explainHere(
  bytes: Buffer,
  { text, alerts }: ExplainReplyOptions,
  settings: Settings | undefined,
  terminal: Terminal,
): Promise<ExplainedReply> {
  const { explainReply: explain, explainText } = await import('../ack/judgement/explain-reply.js');
  const { trustRules } = await import('../ack/trust/trust-rules.js');
  const { createReferences } = await import('../ack/reference/reference.js');
  const { acknowledgement } = settings ?? {};
  const setting: ExplainSetting = {
    rules: {
      expiresMs: acknowledgement?.expires ?? defaultExpiresMs,
      timeZone: timeZoneOf(settings),
      trust: settings ? trustRules(settings) : noTrustRules,
      // Of another installation: it knows no reference.
      references: createReferences({ key: randomBytes(32), installation: 'none' }),
      alert: () => undefined,
    },
    alertCount: alerts,
    now: terminal.clock.now(),
  };
  return text ? explainText(bytes.toString('utf8'), setting) : explain(bytes, setting);
}

function explanationText(
  explained: ExplainedReply,
  timeZone: string,
  terminal: Pick<Terminal, 'rich'>,
): string {
  const { strong } = styleFor(terminal);
  const { kept, unknown } = explained;
  const outcome = kept?.outcome === undefined ? '' : ` (${plainLine(kept.outcome, 50)})`;
  return [
    strong(verdictLine(explained, timeZone)),
    ...findingLines(explained, timeZone),
    ...(kept
      ? [`  it came in: ${formatTime(kept.readAt, timeZone)}, ${verdictLine(kept, timeZone)}${outcome}`]
      : []),
    ...unknown.map((sentence) => `  not known:  ${plainLine(sentence, 500)}`),
    '',
  ].join('\n');
}
