import { imapRefusals } from './imap-refusals.js';
import { pop3Refusals } from './pop3-refusals.js';
import type { ReplyRefusal } from './reply-refusal.js';
import { smtpRefusals } from './smtp-refusals.js';

/** A protocol of mail servers whose replies are known. */
export type MailProtocol = 'smtp' | 'imap' | 'pop3';

/** A reply of a mail server that refuses, and what it means. */
export interface ClassifiedReply extends ReplyRefusal {
  /** The codes of this very reply: `535 5.7.139`, `IMAP NO [UNAVAILABLE]`, `POP3 -ERR`. */
  readonly code: string;
}

const tables: Readonly<Record<MailProtocol, readonly ReplyRefusal[]>> = {
  smtp: smtpRefusals,
  imap: imapRefusals,
  pop3: pop3Refusals,
};

const longestPauseMs = 3_600_000;

/**
 * What a reply of a mail server asks for; undefined for one that is not known.
 *
 * `text` is the reply with all its lines: of SMTP with its reply code, of IMAP and POP3 with or without what stands
 * before the text. `during` says whether it answers a login.
 */
export function classifyReply(
  protocol: MailProtocol,
  text: string,
  during: 'login' | 'mail' = 'mail',
): ClassifiedReply | undefined {
  const { codes, shown } = protocol === 'smtp' ? smtpCodes(text) : responseCodes(protocol, text);
  const words = text.toLowerCase();
  const found = tables[protocol].find(
    (row) =>
      (row.during === undefined || row.during === during) &&
      (row.codes === undefined || row.codes.some((pattern) => matches(pattern, codes))) &&
      (row.says === undefined || row.says.some((each) => words.includes(each.toLowerCase()))),
  );
  if (!found) return undefined;
  const toldMs = found.class === 'transient' ? toldPauseMs(words) : 0;
  return { ...found, ...(toldMs > 0 ? { pauseMs: Math.min(toldMs, longestPauseMs) } : {}), code: shown };
}

const unitMs: Readonly<Record<string, number>> = { mill: 1, seco: 1_000, minu: 60_000, hour: 3_600_000 };

/** How long the reply asks to be left alone: `Suggested Backoff Time: 5000 milliseconds`, `try again in 5 minutes`. */
function toldPauseMs(words: string): number {
  const [, count = '0', unit = ''] =
    /\b(?:again|backoff|come back|greylist\w{0,5}|retry|wait)\b\D{0,30}(\d{1,9}) ?(mill|seco|minu|hour)/.exec(
      words,
    ) ?? [];
  return Number(count) * (unitMs[unit] ?? 0);
}

interface Codes {
  readonly codes: readonly string[];
  readonly shown: string;
}

/** The reply code and, where there is one, the enhanced status code. */
function smtpCodes(text: string): Codes {
  const code = /^\s*(\d{3})(?=[ -]|\s*$)/.exec(text)?.[1];
  if (code === undefined) return { codes: [], shown: 'SMTP' };
  const enhanced = /(?:^|\s)\d{3}[ -](\d\.\d{1,3}\.\d{1,3})(?!\d)/.exec(text)?.[1];
  const codes = enhanced === undefined ? [code] : [code, enhanced];
  return { codes, shown: codes.join(' ') };
}

/** The response code in brackets. */
function responseCodes(protocol: 'imap' | 'pop3', text: string): Codes {
  const code = /\[([A-Z][A-Z/-]{1,40})[^\]]{0,200}\]/i.exec(text)?.[1]?.toUpperCase();
  const condition = /^\s*(?:\S{1,40} )?(NO|BAD|BYE|-ERR)\b/.exec(text)?.[1] ?? '';
  const shown = [protocol.toUpperCase(), condition, code === undefined ? '' : `[${code}]`];
  return { codes: code === undefined ? [] : [code], shown: shown.filter(Boolean).join(' ') };
}

/** Whether each part of a pattern such as `451 4.7.5xx` stands among the codes of a reply. */
function matches(pattern: string, codes: readonly string[]): boolean {
  return pattern
    .split(' ')
    .every((part) =>
      codes.some(
        (code) => code.length === part.length && [...part].every((c, i) => c === 'x' || c === code[i]),
      ),
    );
}
