import { decodeWords } from '../decode-words.js';
import type { HeaderFields } from '../header-fields.js';

/** Fields that only software that answers by itself puts into a mail. */
const automaticFields = [
  'x-autoreply',
  'x-autorespond',
  'x-autoresponder',
  'x-auto-reply',
  'x-autoreply-from',
  'x-mail-autoreply',
  'x-vacation',
  'x-failed-recipients',
  'list-id',
] as const;

const automaticSenders =
  /^(mailer-daemon|postmaster|(no|do[-._]?not)[-._]?reply([-._+].*)?|bounces?([-._+].*)?|auto-?(reply|responder))$/i;

/** How the subjects of out-of-office replies, delivery reports and receipts begin. */
const automaticSubjects = new RegExp(
  `^\\s*(${[
    'automatic reply',
    'auto(matic)?[- ]?(reply|response)',
    'autoresponder?',
    'out of (the )?office',
    'ooo:',
    'abwesen',
    'automatische (antwort|nachricht)',
    'réponse automatique',
    'absence du bureau',
    'absent du bureau',
    'respuesta autom[aá]tica',
    'fuera de la oficina',
    'risposta automatica',
    'fuori (sede|ufficio)',
    'resposta autom[aá]tica',
    'ausência',
    'automatisch antwoord',
    'afwezig',
    'autosvar',
    'automatisk svar',
    'automatiskt svar',
    'frånvaro',
    'fravær',
    'automaattinen vastaus',
    'poissa',
    'odpowiedź automatyczna',
    'automatyczna odpowiedź',
    'automatická odpověď',
    'automatikus válasz',
    'răspuns automat',
    'otomatik yanıt',
    'автоматический ответ',
    'автоответ',
    'автоматична відповідь',
    'αυτόματη απάντηση',
    '自動応答',
    '自動返信',
    '自动答复',
    '自动回复',
    '自動回覆',
    '자동 회신',
    'undeliver(able|ed)',
    'delivery (status notification|failure|report)',
    'mail delivery (failed|failure|system|subsystem)',
    'failure notice',
    'returned mail',
    'unzustellbar',
    'non remis',
    'no se puede entregar',
    'read( receipt)?:',
    'gelesen:',
  ].join('|')})`,
  'iu',
);

/**
 * By what sign a mail was sent by software and not by a person; undefined when there is none.
 *
 * Such mail never acknowledges and is never answered: `Auto-Submitted` (RFC 3834 section 5), a null return path,
 * bulk `Precedence`, mailing lists, reports (RFC 6522), senders that are no persons, out-of-office subjects.
 * `X-Auto-Response-Suppress` alone is no sign: Exchange puts it on ordinary mail.
 */
export function automaticSign(header: HeaderFields): string | undefined {
  // The patterns need time that grows with the square of the length.
  const fields = { values: (name: string) => header.values(name).map((value) => value.slice(0, 1_000)) };
  for (const value of fields.values('auto-submitted')) if (firstWord(value) !== 'no') return 'Auto-Submitted';
  for (const value of fields.values('return-path')) if (/^<\s*>/.test(value)) return 'a null return path';
  for (const value of fields.values('precedence'))
    if (/^(bulk|list|junk|auto[-_]reply)$/.test(firstWord(value))) return 'Precedence';
  for (const name of automaticFields) if (fields.values(name).length > 0) return `the field ${name}`;
  for (const value of fields.values('content-type'))
    if (/^(multipart\/report|message\/(delivery-status|disposition-notification))\b/i.test(value))
      return 'a report';
  for (const value of fields.values('from'))
    for (const [, local = ''] of value.matchAll(/([^\s<>@,;:"()]{1,200})@/g))
      if (automaticSenders.test(local)) return 'a sender that is no person';
  for (const value of fields.values('subject'))
    if (automaticSubjects.test(decodeWords(value))) return 'the subject of an automatic reply';
  return undefined;
}

/** The value of a field without parameters and comments. */
function firstWord(value: string): string {
  return (value.replace(/\([^)]*\)/g, ' ').split(';')[0] ?? '').trim().toLowerCase();
}
