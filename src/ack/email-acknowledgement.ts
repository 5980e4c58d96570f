import type { Acknowledgement, AcknowledgeOutcome } from '../core/acknowledgement.js';
import type { Alert } from '../core/alert.js';
import type { Clock } from '../core/clock.js';
import { describe } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { ComposedMail, Mailbox, Reply } from '../core/mail.js';
import type { AcknowledgementSettings } from '../core/settings.js';
import type { Collection, History } from '../core/store.js';
import type { SystemErrors } from '../core/system-error.js';
import { createAdmit } from './admit.js';
import { type AnswerReplySetup, createAnswerReply } from './answers/answer-reply.js';
import { type AnswersSetup, createAnswers } from './answers/answers.js';
import { createTellOfStranger } from './answers/tell-of-stranger.js';
import { createTellOthers } from './answers/tell-others.js';
import { createBouncedRecipients } from './bounce/bounced-recipients.js';
import { isBounce } from './bounce/is-bounce.js';
import { createTakeBounce, type TakeBounceSetup } from './bounce/take-bounce.js';
import { type HeaderFields, readHeaderFields } from './header-fields.js';
import { answersConfirmation } from './judgement/answers-confirmation.js';
import { createJudgeReply, mostFailures } from './judgement/judge-reply.js';
import { findingsOf } from './judgement/judgement.js';
import { replyRules } from './judgement/reply-rules.js';
import { createNoteReply } from './note-reply.js';
import { createOpenReplies } from './open-replies.js';
import { createPutOff, type PutOffReply } from './put-off.js';
import { findReference } from './reference/find-reference.js';
import { createFindTagged } from './reference/find-tagged.js';
import type { References } from './reference/reference.js';
import { createRefuse, type Refuse } from './refuse.js';
import { replyKey } from './reply-key.js';
import { replyRecipients } from './reply-recipients.js';
import type { ReplyRecord } from './reply-record.js';
import type { RoundTrip } from './round-trip/round-trip.js';
import { createSetAside } from './set-aside.js';
import { createTakeReply } from './take-reply.js';
import { createIsReplay, type SeenReply } from './trust/replays.js';
import { createSenderRate } from './trust/sender-rate.js';
import type { TrustRules } from './trust/trust-of.js';

// How a reply becomes an acknowledgement:
//
// 1. The mailbox hands out mail by mail, the header alone.
// 2. No verified reference of this installation in the header: next. Nothing is fetched, marked or kept.
//    A bounce is the exception: its reference may stand in its body, and it goes another way (bounce/take-bounce.ts).
// 3. The ledger knows the reply (by its Message-ID) as taken: mark this copy of it done, next.
// 4. The reader judges it; only now the body is fetched. Refused: into the ledger and the history, next. What cannot be
//    judged now, or is too much of one sender, waits on disk with its message, and comes again here.
// 5. What it says is put on disk, open; then the mailbox is asked for the next mail, which puts the position on disk.
// 6. Beside that, what is open is taken into the monitor (or asked back, where its meaning is not plain), with backoff over restarts; then the outcome is put on disk;
//    then the mail is marked done; then the record closes. A crash between any two repeats the step before it, and
//    the host knows the source.
//
// A mail that the reader fails on three times is set aside, and a person is told. A mailbox that cannot hand out a body
// is opened again, and the mail comes again, since nobody asked for the next one.

/** Reads replies and acknowledges by them. */
export interface EmailAcknowledgement {
  /** Works until `signal` is aborted; returns within a few seconds then. */
  start(signal: AbortSignal): Promise<void>;
  /** Tells the others what somebody did elsewhere than in a reply, where the settings say so. */
  tellOthers(acknowledgement: Acknowledgement): Promise<void>;
  /** The replies of which nothing has become yet. */
  open(): readonly ReplyRecord[];
  /** How many acknowledgements the monitor has not taken yet. */
  pending(): number;
  /** How many replies wait to be judged. */
  waiting(): number;
  /** How many replies were refused in this run, by the kind of refusal. */
  refused: Refuse['counts'];
}

/** What email acknowledgement needs. */
export interface EmailAcknowledgementSetup
  extends Pick<AnswersSetup, 'answers' | 'answerTransport'>,
    Pick<AnswerReplySetup, 'firing' | 'threads' | 'nameOf'>,
    Pick<TakeBounceSetup, 'bounced' | 'unreached'> {
  /** The name of the account whose mailbox is read. */
  readonly account: string;
  readonly mailbox: Mailbox;
  readonly replies: Collection<ReplyRecord>;
  readonly putOff: Collection<PutOffReply>;
  /** What replies are known by when they come again. */
  readonly seen: Collection<SeenReply>;
  /** The composed mails, by their id. */
  readonly mails: Pick<Collection<ComposedMail>, 'get' | 'names'>;
  readonly alert: (id: string) => Alert | undefined;
  /** Takes an acknowledgement into the monitor; throws when that has to be tried again. */
  readonly acknowledge: (acknowledgement: Acknowledgement) => Promise<AcknowledgeOutcome>;
  readonly settings: Pick<AcknowledgementSettings, 'expires' | 'answers'>;
  /** By what it is decided whose replies may act. */
  readonly trust: TrustRules;
  /** In which times are read that a reply names without a zone of its own. */
  readonly timeZone: string;
  /** Everybody whom the settings name as a recipient. */
  readonly recipients: readonly string[];
  readonly references: References;
  /** Is shown the mails that name none of ours. */
  readonly roundTrip?: Pick<RoundTrip, 'take'>;
  readonly systemErrors: SystemErrors;
  readonly history: History;
  readonly clock: Clock;
  readonly log: Log;
}

const mostQuestions = 3;
const restartMs = 1_000;
const longestRestartMs = 60_000;

/** Makes email acknowledgement. */
export function createEmailAcknowledgement(setup: EmailAcknowledgementSetup): EmailAcknowledgement {
  const { account, mailbox, replies, mails, references, history, clock, log } = setup;
  const setAside = createSetAside(setup);
  const answers = createAnswers(setup);
  const note = createNoteReply(setup);
  const open = createOpenReplies({
    ...{ ...setup, note },
    take: createTakeReply({ ...setup, note, setAside }),
    answerReply: createAnswerReply({ ...setup, answers }),
  });
  const tellOthers = createTellOthers({ ...setup, answers });
  const tellOfStranger = createTellOfStranger({ ...setup, answers });
  /** How often somebody was asked about a mail. */
  const asked = new Map<string, number>();
  const judge = createJudgeReply({
    ...{ account, mails, replies, setAside, history, clock, log },
    rules: replyRules(setup),
  });

  const findTagged = createFindTagged(setup);
  const { refuse, counts } = createRefuse(setup);
  const putOff = createPutOff(setup);
  const isReplay = createIsReplay(setup.seen);
  const admit = createAdmit({ putOff, isReplay, rate: createSenderRate(clock), clock });

  const people = createBouncedRecipients(setup);
  const takeBounce = createTakeBounce({ ...setup, people });

  async function receive(reply: Reply): Promise<void> {
    const fields = readHeaderFields(reply.header);
    const bounces = isBounce(fields);
    const reference = findReference(fields, references) ?? (bounces ? undefined : await findTagged(fields));
    if (!reference && !bounces) return setup.roundTrip?.take(reply, fields);
    const key = replyKey(fields, reply.header);
    if (open.join(key, reply.place)) return;
    const known = await replies.get(key);
    if (known?.outcome !== undefined) return markCopy(known, reply);
    const seen = known?.place.position === reply.place.position;
    if (seen && (known?.failures ?? mostFailures) >= mostFailures) return;

    if (bounces) return receiveBounce(reply, fields, key);
    if (!reference) return;

    const judged = await judge(reply, {
      fields,
      reference,
      key,
      failures: seen ? (known?.failures ?? 0) : 0,
    });
    const judgement = judged && (await admit(reply, key, fields, judged));
    if (!judgement) return;
    const { verdict, reason, sender } = judgement;
    const [messageId] = fields.values('message-id');
    const alsoTo = replyRecipients(fields);
    const record: ReplyRecord = {
      ...{ place: reply.place, mailId: reference.mailId, readAt: clock.now(), verdict, reason },
      ...(sender === undefined ? {} : { author: sender }),
      ...(messageId === undefined ? {} : { messageId }),
      ...(answersConfirmation(fields) ? { answersConfirmation: true } : {}),
      ...(alsoTo.length === 0 ? {} : { alsoTo }),
      findings: findingsOf(judgement),
    };
    if (judgement.verdict === 'refused') {
      if (sender !== undefined) await tellOfStranger(reference.mailId, judgement.kind, sender);
      return refuse(key, record, judgement.kind);
    }
    if (judgement.verdict === 'question') {
      const about = `${reference.mailId} ${judgement.sender}`;
      const times = (asked.get(about) ?? 0) + 1;
      asked.set(about, times);
      // What answers every question by a reply that has no meaning is no person.
      if (times > mostQuestions)
        return refuse(key, { ...record, reason: 'it was asked about often enough' }, 'asked');
      await open.put(key, { ...record, question: { text: judgement.question } });
      return;
    }
    await people.heard(judgement.sender);
    const { verdict: kind, alertIds, sender: author, comment, expiresAt } = judgement;
    const at = new Date(Math.min(reply.receivedAt.getTime(), clock.now().getTime()));
    await open.put(key, {
      ...record,
      acknowledgement: {
        kind,
        alertIds,
        author,
        comment,
        at,
        ...(expiresAt ? { expiresAt } : {}),
        source: key,
      },
    });
  }

  async function receiveBounce(reply: Reply, fields: HeaderFields, key: string): Promise<void> {
    const record = await takeBounce(reply, fields, key);
    if (!record) return;
    return record.verdict === 'refused' ? refuse(key, record, 'bounce') : open.put(key, record);
  }

  /** Another copy of a reply that was taken, or the same one after a restart. */
  async function markCopy(known: ReplyRecord, { place }: Reply): Promise<void> {
    if (known.outcome === 'not-taken' || known.question) return;
    await mailbox
      .done(place)
      .catch((thrown) => log.debug({ position: place.position }, `Not marked done: ${describe(thrown)}`));
  }

  return {
    async start(signal) {
      const clearing = Promise.all([setAside.run(signal), people.run(signal)]);
      let taking: Promise<unknown> | undefined;
      let waitMs = restartMs;
      while (!signal.aborted) {
        try {
          if (!taking) {
            await answers.load();
            await open.load();
            await putOff.load();
            taking = Promise.all([open.run(signal), answers.run(signal), putOff.run(receive, signal)]);
          }
          for await (const reply of mailbox.watch(signal)) {
            await receive(reply);
            waitMs = restartMs;
          }
        } catch (thrown) {
          log.warn({ account, waitMs }, `Reading replies begins again: ${describe(thrown)}`);
        }
        await clock.until(new Date(clock.now().getTime() + waitMs), signal);
        waitMs = Math.min(waitMs * 2, longestRestartMs);
      }
      await Promise.all([taking, clearing]);
    },
    async tellOthers(acknowledgement) {
      if (setup.settings.answers.tellOthers) await tellOthers(acknowledgement.source, acknowledgement);
    },
    open: open.list,
    pending: open.pending,
    waiting: () => putOff.count(true) + putOff.count(false),
    refused: counts,
  };
}
