import type { ReplyRefusal } from '../../core/reply-refusal.js';
import type { Command } from '../command/read-command.js';
import type { FoundReference } from '../reference/find-reference.js';

/** What was found in a mail on the way to its verdict. What is absent is not there, or was not looked for. */
export interface Findings {
  /** By what sign the mail was sent by software and not by a person. */
  readonly automatic?: string;
  /** Which of our mails it answers, and where that stood. */
  readonly reference?: FoundReference;
  /** The address of the one sender, in lower case. */
  readonly sender?: string;
  /** What shows that the sender is who they say, in plain words. */
  readonly evidence?: string;
  /** The person's own words, without quotation and signature, at most 2,000 characters; may be empty. */
  readonly ownText?: string;
  /** The first line of them that is not empty, at most 200 characters. */
  readonly firstLine?: string;
  /** What the words were read as. */
  readonly command?: Pick<Command, 'kind' | 'numbers' | 'durationMs' | 'until'>;
}

/** What a reply means for the alerts that its mail told of. */
export type Verdict =
  | {
      readonly verdict: 'acknowledge' | 'unacknowledge' | 'comment';
      /** Why it means that, in plain words. */
      readonly reason: string;
      readonly sender: string;
      /** One line of at most 1,000 characters; may be empty. */
      readonly comment: string;
      readonly alertIds: readonly string[];
      /** When the acknowledgement runs out; only for `acknowledge`. */
      readonly expiresAt?: Date;
    }
  | {
      /** It is not plain which alerts are meant. */
      readonly verdict: 'question';
      readonly reason: string;
      readonly sender: string;
      /** What the person is asked, in a whole sentence or two. */
      readonly question: string;
    }
  | { readonly verdict: 'refused'; readonly reason: string; readonly kind: ReplyRefusal };

/** A verdict that has to wait: it cannot be told yet whether the mail may act, and it is judged again. */
export interface PutOffVerdict {
  readonly verdict: 'put-off';
  readonly reason: string;
  readonly sender: string;
}

/** How a mail is judged: whether it may act, what it says, and why. */
export type Judgement = Findings & (Verdict | PutOffVerdict);

/** A judgement that stands. */
export type SettledJudgement = Findings & Verdict;

/** What of a judgement is on record beside the verdict. */
export function findingsOf(judgement: Judgement): Findings {
  const { automatic, reference, sender, evidence, ownText, firstLine, command } = judgement;
  return {
    ...(automatic === undefined ? {} : { automatic }),
    ...(reference ? { reference } : {}),
    ...(sender === undefined ? {} : { sender }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(ownText === undefined ? {} : { ownText }),
    ...(firstLine === undefined ? {} : { firstLine }),
    ...(command ? { command } : {}),
  };
}
