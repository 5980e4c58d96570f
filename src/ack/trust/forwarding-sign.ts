import { decodeWords } from '../decode-words.js';
import type { HeaderFields } from '../header-fields.js';

/**
 * How mail programs begin the subject of a mail that is handed on. VS is not among them: it is a forward in Danish and
 * Norwegian, and a reply in Finnish.
 */
const prefixes = [
  ...['fwd?', 'fw', 'forward(ed)?'],
  ...[
    'wg',
    'weitergeleitet',
    'tr',
    'transf(éré|\\.)?',
    'rv',
    'reenv(iado)?',
    'enc',
    'encaminhado',
    'i',
    'inoltr(o|ato)?',
  ],
  ...['doorst(uren)?', 'doorgestuurd', 'vb', 'vl', 'videresendt?', 'vidarebefordrat', 'välitetty', 'fs'],
  ...[
    'pd',
    'przekazan[ea]',
    'přep(osláno)?',
    'továbbítás',
    'továbbítva',
    'redirecționat',
    '[iİ]lt',
    '[iİ]letildi',
    'yml',
    'trs',
  ],
  ...[
    'пер(есл(ано)?)?',
    'прд',
    'препр',
    'ΠΡΘ',
    'הועבר',
    'إعادة توجيه',
    '转发',
    '轉發',
    '轉寄',
    '転送',
    '전달',
  ],
  ...['chuyển tiếp', 'ส่งต่อ', 'terusan', 'diteruskan'],
];
const forwarded = new RegExp(
  `^[\\s[(]{0,9}(${prefixes.join('|')})\\s{0,3}([[(]?\\d{1,3}[\\])]?)?\\s{0,3}[)\\]]?\\s{0,3}[:：]`,
  'iu',
);
/** Eudora and others write it this way, without a colon. */
const bracketed = /^\s*\(fwd\)|\(fwd\)$/i;

/**
 * By what sign a mail was handed on by somebody and is not a reply: sent again as it is (`Resent-` fields, RFC 5322
 * section 3.6.6), attached as a whole, or forwarded, as its subject says. Undefined when there is none.
 *
 * `subject` is that of the mail that it answers: what stands at its beginning already is no sign.
 */
export function forwardingSign(fields: HeaderFields, subject = ''): string | undefined {
  const resent = fields.all.find(({ name }) => name.startsWith('resent-'));
  if (resent) return `it was sent again by somebody (${resent.name})`;
  for (const value of fields.values('content-type'))
    if (/^message\/(rfc822|global)\b/i.test(value)) return 'it is a mail with another one as its content';
  for (const value of fields.values('subject')) {
    const text = decodeWords(value.slice(0, 1_000)).normalize('NFC').trim();
    const isForward = (each: string) => forwarded.test(each) || bracketed.test(each);
    if (isForward(text) && !isForward(subject)) return 'it is forwarded, as its subject says';
  }
  return undefined;
}
