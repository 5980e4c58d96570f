import { plainText } from '../../auth/plain-text.js';
import {
  type ClassifiedReply,
  classifyReply,
  type MailProtocol,
} from '../../core/refusals/classify-reply.js';
import { refusalClasses } from '../../core/refusals/refusal-classes.js';
import { saslRefusals } from '../../core/refusals/sasl-refusals.js';
import type { Explanation } from './explanation.js';

/** What may stand before a reply in the record of a session. */
const before = '(?:^|[\\r\\n])[^\\S\\r\\n]{0,40}(?:(?:[<>*-]{1,4}|[SC]:|\\d{1,6}:)[^\\S\\r\\n]{1,9})?';

/** How the replies of each protocol look, the surest first; each has the reply as its only group. */
const looks: readonly (readonly [MailProtocol, RegExp])[] = [
  ['smtp', /(?<![\d.])(([45])\d\d[ -]\2\.\d{1,3}\.\d{1,3}(?![\d.])[^\r\n]*)/g],
  ['smtp', new RegExp(`${before}([45]\\d\\d[ -](?=\\S)[^\\r\\n]*)`, 'g')],
  ['smtp', /\b(?:said|reply|response|returned|login|error):\s{0,3}["']?([45]\d\d[ -](?=\S)[^\r\n]*)/gi],
  ['smtp', /((?:SmtpClientAuthentication is disabled|SendAsDenied|SubmissionQuotaExceeded)[^\r\n]*)/gi],
  ['imap', new RegExp(`${before}((?:[A-Za-z0-9.]{1,20}|\\*) (?:NO|BAD|BYE)\\b[^\\r\\n]*)`, 'g')],
  ['imap', new RegExp(`${before}((?:NO|BAD|BYE)\\b[^\\r\\n]*)`, 'g')],
  ['imap', /\b((?:NO (?:\[[A-Z-]{1,40}|AUTHENTICATE |LOGIN )|BAD |BYE )[^\r\n]*)/g],
  [
    'imap',
    /((?:User is authenticated but not connected|AccessTokenExpired|Suggested Backoff Time)[^\r\n]*)/gi,
  ],
  ['pop3', /(-ERR\b[^\r\n]*)/g],
];

/** Explains the reply of a mail server in a text; undefined when there is none, or none that is known. */
export function explainReply(text: string): Explanation | undefined {
  // As Python shows a reply: (535, b'5.7.3 Authentication unsuccessful').
  const plain = text.replace(/\(([45]\d\d), b?["']/g, '$1 ');
  const challenge = explainChallenge(plain);
  if (challenge) return challenge;
  let general: ClassifiedReply | undefined;
  let said = '';
  for (const [protocol, look] of looks)
    for (const [, reply = ''] of [...plain.matchAll(look)].slice(0, 100)) {
      const meaning = classifyReply(protocol, reply);
      if (meaning && !isGeneral(meaning)) return explanationOf(meaning, '');
      if (general === undefined && meaning) said = reply;
      general ??= meaning;
    }
  return general && explanationOf(general, said);
}

/** Whether only the first digit of the reply code told what it means. */
function isGeneral({ codes = [] }: ClassifiedReply): boolean {
  return codes.some((code) => /^\dxx$/.test(code));
}

function explanationOf(meaning: ClassifiedReply, said: string): Explanation {
  const { class: asksFor, code, reason, remedy } = meaning;
  const words = plainText(said);
  return {
    class: asksFor,
    code,
    meaning: words === '' ? reason : `${reason}; it says: ${words}`,
    remedy: remedy ?? refusalClasses[asksFor].remedy,
  };
}

/** The error challenge of a login with a token, in base64 as it goes over the wire, or as the JSON that it is. */
function explainChallenge(text: string): Explanation | undefined {
  const encoded = [...text.matchAll(/(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{16,2000}={0,2}/g)].slice(0, 50);
  for (const candidate of [...encoded.map(([each]) => Buffer.from(each, 'base64').toString('utf8')), text]) {
    const isChallenge = /"(?:schemes|scope)"\s{0,9}:/.test(candidate);
    const status = /"status"\s{0,9}:\s{0,9}"?(\w{1,40})/.exec(candidate)?.[1];
    const meaning = isChallenge && status && Object.hasOwn(saslRefusals, status) && saslRefusals[status];
    if (meaning)
      return {
        class: meaning.class,
        code: `SASL ${status}`,
        meaning: meaning.reason,
        remedy: meaning.remedy ?? refusalClasses[meaning.class].remedy,
      };
  }
  return undefined;
}
