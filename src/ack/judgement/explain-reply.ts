import type { Alert } from '../../core/alert.js';
import { describe } from '../../core/fault.js';
import type { ExplainedReply } from '../../core/judged-reply.js';
import type { ComposedMail } from '../../core/mail.js';
import type { Collection } from '../../core/store.js';
import { type HeaderFields, readHeaderFields } from '../header-fields.js';
import { type FoundReference, findReference } from '../reference/find-reference.js';
import { createFindTagged } from '../reference/find-tagged.js';
import { replyKey } from '../reply-key.js';
import type { ReplyRecord } from '../reply-record.js';
import { trustOf } from '../trust/trust-of.js';
import { arrivalOf } from './arrival-of.js';
import type { Judgement } from './judgement.js';
import { meaningOf } from './meaning-of.js';
import { readReply } from './read-reply.js';
import { readWords, type Words } from './read-words.js';
import type { ReplyRules } from './reply-rules.js';

/** What a mail is explained with. */
export interface ExplainSetting {
  readonly rules: ReplyRules;
  /** How many alerts the mail tells of that is answered, where that is not on record. */
  readonly alertCount: number;
  readonly now: Date;
  /** What is kept; absent where nothing is known of mails that were sent. */
  readonly kept?: {
    readonly mails: Pick<Collection<ComposedMail>, 'get' | 'names'>;
    readonly replies: Pick<Collection<ReplyRecord>, 'get'>;
  };
}

type Supposed = Pick<ExplainedReply, 'verdict' | 'reason' | 'expiresAt' | 'question'>;

const somethingFiring: Omit<Alert, 'id'> = {
  ...{ fingerprint: '', source: '', labels: {}, annotations: {}, severity: '', startsAt: new Date(0) },
  status: 'firing',
};

/** As much of the header as the mailbox hands out. */
const longestHeader = 65_536;

/**
 * Says how a mail would be judged, and changes nothing. Of what is not known, it says so. The alerts are looked at as
 * they stand now, and times as of the arrival of the mail.
 */
export async function explainReply(source: Buffer, given: ExplainSetting): Promise<ExplainedReply> {
  const { rules, kept } = given;
  const header = headerOf(source);
  const fields = readHeaderFields(header);
  const now = arrivalOf(fields, given.now);
  const setting = { ...given, now };
  const { references, trust } = rules;
  const reference =
    findReference(fields, references) ??
    (kept &&
      (await createFindTagged({ ...{ mails: kept.mails, references, trust }, clock: { now: () => now } })(
        fields,
      )));
  if (kept && reference) return explainKnown(source, header, reference, { ...setting, kept });

  const { found, refusal } = await trustOf(
    { fields, mail: undefined, answers: () => true, receivedAt: now },
    rules.trust,
  );
  const words = await wordsIn(source, fields, setting);
  if (typeof words === 'string') return { ...found, verdict: 'unreadable', reason: words, unknown: [] };
  const verdict: Supposed = kept
    ? { verdict: 'ignored', reason: 'it has no reference to a mail of this Ackmail, and is left alone' }
    : refusal === undefined
      ? supposed(words, setting)
      : { verdict: 'refused', reason: refusal };
  const unknown = kept
    ? []
    : [
        'Nothing is known here of the mails that were sent: neither whether this answers one of them, nor whether its sender may.',
        ...(refusal === undefined ? [supposition(setting)] : []),
      ];
  return { ...found, ...words.findings, ...verdict, unknown };
}

/** The same for a text alone, as if it were the reply of somebody who may acknowledge. */
export async function explainText(text: string, setting: ExplainSetting): Promise<ExplainedReply> {
  const source = Buffer.from(`Content-Type: text/plain; charset=utf-8\r\n\r\n${text}`);
  const words = await wordsIn(source, readHeaderFields(source), setting);
  if (typeof words === 'string') return { verdict: 'unreadable', reason: words, unknown: [] };
  const unknown = ['A text alone does not say who sent it, and to which mail.', supposition(setting)];
  return { ...words.findings, ...supposed(words, setting), unknown };
}

async function explainKnown(
  source: Buffer,
  header: Buffer,
  reference: FoundReference,
  setting: ExplainSetting & Required<Pick<ExplainSetting, 'kept'>>,
): Promise<ExplainedReply> {
  const { rules, now, kept } = setting;
  const fields = readHeaderFields(header);
  const mail = await kept.mails.get(reference.mailId);
  const key = replyKey(fields, header);
  const record = (await kept.replies.get(`open.${key}`)) ?? (await kept.replies.get(key));
  const { readAt, verdict, reason, outcome } = record ?? {};
  const seen =
    readAt && verdict && reason !== undefined
      ? { kept: { readAt, verdict, reason, ...(outcome ? { outcome } : {}) } }
      : {};
  const about = { ...(mail ? { subject: mail.subject } : {}), ...seen };
  let judgement: Judgement;
  try {
    const reply = { fields, reference, source: async () => source, mail, receivedAt: now, now };
    judgement = await readReply(reply, rules);
  } catch (thrown) {
    return { reference, ...about, verdict: 'unreadable', reason: describe(thrown), unknown: [] };
  }
  // What is refused by its header is not read when it comes to the mailbox; here it is asked for.
  const words = judgement.ownText === undefined ? await wordsIn(source, fields, setting, mail) : undefined;
  return {
    ...judgement,
    ...(typeof words === 'object' ? words.findings : {}),
    ...about,
    unknown: mail ? [] : ['Which alerts the mail told of, and to whom it went, is no longer on record.'],
  };
}

/** The words, or why they cannot be read. */
async function wordsIn(
  source: Buffer,
  fields: HeaderFields,
  { rules, alertCount, now }: ExplainSetting,
  mail?: ComposedMail,
): Promise<Words | string> {
  try {
    return await readWords(source, {
      ...{ fields, alertCount: mail?.alertIds.length ?? alertCount },
      ...(mail ? { mailRaw: mail.raw } : {}),
      ...{ at: now, timeZone: rules.timeZone },
    });
  } catch (thrown) {
    return describe(thrown);
  }
}

/** What the words mean where all that the mail told of is firing, and nobody has it. */
function supposed({ command }: Words, { rules, alertCount, now }: ExplainSetting): Supposed {
  const meaning = meaningOf(command, {
    ...{ sender: '', answersAnother: false, countedFrom: now, now, expiresMs: rules.expiresMs },
    mail: { alertIds: Array.from({ length: alertCount }, (_, index) => `${index + 1}`) },
    alert: (id) => ({ ...somethingFiring, id }),
  });
  const { verdict, reason } = meaning;
  return {
    ...{ verdict, reason },
    ...('expiresAt' in meaning && meaning.expiresAt ? { expiresAt: meaning.expiresAt } : {}),
    ...('question' in meaning ? { question: meaning.question } : {}),
  };
}

function supposition({ alertCount }: ExplainSetting): string {
  const alerts = alertCount === 1 ? 'one alert' : `${alertCount} alerts`;
  return `It is read as the answer of a recipient to a mail about ${alerts} that nobody has yet.`;
}

function headerOf(source: Buffer): Buffer {
  const head = source.subarray(0, longestHeader);
  const end = /\r\n\r\n|\n\n/.exec(head.toString('latin1'));
  return end ? head.subarray(0, end.index + end[0].length) : head;
}
