import { type HostileMail, honestResults, letter, mailsOf } from './hostile-mail.js';

const longest = 40_000;
/** What patterns of header fields may look at again and again. */
const pumps: Readonly<Record<string, string>> = {
  spaces: ' ',
  tabs: '\t',
  'open brackets': '(',
  'open and closed brackets': '()',
  'quotation marks': '"',
  'escaped quotation marks': '\\"',
  'angle brackets': '<',
  'at signs': 'a@',
  'plus signs': '+a',
  'beginnings of encoded words': '=?utf-8?q?',
  'encoded words that have no end': '=?a?b?YQ==?= ',
  words: 'aa ',
};
const fields: Readonly<Record<string, HostileMail['expected']>> = {
  From: 'refused',
  Subject: 'acknowledge',
  To: 'acknowledge',
  References: 'acknowledge',
  'In-Reply-To': 'acknowledge',
  Date: 'acknowledge',
  'Content-Type': 'acknowledge',
  'Content-Transfer-Encoding': 'acknowledge',
  'Return-Path': 'acknowledge',
  Precedence: 'acknowledge',
  Received: 'acknowledge',
};
/** The field, pumped up, and ended by what does not fit. */
const pumped = (name: string, pump: string) => (mailId: string) => {
  const value = `${pump.repeat(longest / pump.length)}!`;
  const others = name === 'References' || name === 'In-Reply-To';
  return letter(
    mailId,
    others || name === 'To' ? { more: [`${name}: ${value}`] } : { fields: { [name]: value } },
  );
};

const lines = (line: string, count: number) => `${line}\r\n`.repeat(count);
const whole = (text: string) => (mailId: string) => letter(mailId, { body: text });
const below = (text: string) => whole(`ack\r\n\r\n${text}`);

/** Mails that find the slow side of patterns, by an authenticated recipient. */
export const slowPatterns: readonly HostileMail[] = [
  ...Object.entries(fields).flatMap(([name, expected]) =>
    mailsOf(
      'slow pattern in a field',
      expected,
      Object.fromEntries(
        Object.entries(pumps).map(([what, pump]) => [`${name} of ${what}`, pumped(name, pump)]),
      ),
    ),
  ),
  ...mailsOf('slow pattern in a field', 'refused', {
    'Authentication-Results of open comments': (mailId) =>
      letter(mailId, { top: [`Authentication-Results: ${honestResults} ${'('.repeat(15_000)}`] }),
    'Authentication-Results of escapes': (mailId) =>
      letter(mailId, { top: [`Authentication-Results: ${honestResults} "${'\\"'.repeat(7_000)}`] }),
    'Authentication-Results of equals signs': (mailId) =>
      letter(mailId, { top: [`Authentication-Results: ${honestResults}; ${'='.repeat(15_000)}`] }),
    'a From of quotations with escapes': (mailId) =>
      letter(mailId, { fields: { From: `"${'\\a'.repeat(900)}` } }),
    'a From of angle brackets': (mailId) =>
      letter(mailId, { fields: { From: `${'<>'.repeat(900)}<ops@example.com` } }),
  }),
  ...mailsOf('slow pattern in the text', 'acknowledge', {
    'attributions without an end': below(lines(`On ${'1/1/1/'.repeat(60)} a@b.c wrote`, 600)),
    'attributions of addresses': below(lines(`${'<a@b.c> '.repeat(48)}:`, 600)),
    'attributions of open brackets': below(lines(`${'<a@'.repeat(130)} wrote:`, 600)),
    'attributions in quotation': below(lines(`> On 1.1.2026 at 10:00 ${'a@b.c '.repeat(50)} wrote`, 600)),
    'dates of digits': below(lines('1'.repeat(1_990), 120)),
    'dates of digits and dots': below(lines('1.'.repeat(990), 120)),
    'dates of digits in other scripts': below(lines('\u0661/'.repeat(200), 600)),
    'addresses without an at sign': below(lines('a'.repeat(1_990), 120)),
    'addresses of at signs': below(lines('@'.repeat(1_990), 120)),
    'heads of mails': below(lines('Aaaaa Bbbbb Ccccc Ddddd: x', 5_000)),
    'heads of mails that go on': below(lines('From:;', 5_000)),
    'names of fields without a colon': below(lines(`${'a.'.repeat(12)} `.repeat(20), 500)),
    dashes: below(lines('-'.repeat(299), 800)),
    'dashes with something behind them': below(lines(`${'-'.repeat(297)}a!`, 800)),
    'dashes and spaces': below(lines('- '.repeat(149), 800)),
    'signs of GroupWise': below(lines(`>>> ${'> '.repeat(140)}`, 800)),
    'signatures of clients': below(lines('sent from '.repeat(16), 1_500)),
    'signatures of devices': below(lines('iphone '.repeat(22), 1_500)),
    'signatures of senders': below(lines('gesendet '.repeat(17), 1_500)),
    'signatures of outlook': below(lines('outlook '.repeat(20), 1_500)),
    fences: below(lines('```', 5_000)),
    pictures: below(lines('[cid:'.repeat(400), 120)),
    'marks that turn the direction': below(lines('\u202e'.repeat(1_990), 120)),
    'blank lines and words': below(lines('x\r\n\r\n', 2_000)),
    'signs of PGP': below(lines('-----BEGIN PGP SIGNED MESSAGE-----', 2_000)),
    durations: whole(`ack ${'1h '.repeat(5_000)}`),
    'durations of digits': whole(`ack ${'1'.repeat(15_000)}h`),
    'durations with white space': whole(`ack 1${' '.repeat(15_000)}h`),
    politeness: whole(`${'please '.repeat(3)}ack ${'please '.repeat(2_000)}`),
    times: whole(`ack until 9${' '.repeat(10_000)}`),
    'words behind the verb': whole(`ack ${'ack'.repeat(5_000)}`),
    emphasis: whole(`ack ${'*_~`'.repeat(3_900)}`),
    'stars in front': whole(`${'*'.repeat(1_500)} x`),
    bullets: whole(`${'• '.repeat(900)}x`),
    'help that is none': whole(`${'* '.repeat(900)}help ${'* '.repeat(50)}x`),
    greetings: whole(lines('hi a', 2_000)),
    names: whole(`I have it\r\n${lines("O'Neill-O'Neill-O'Neill A", 600)}`),
    'combining marks': whole(`ack ${'a\u0301'.repeat(7_000)}`),
    flags: whole(`ack ${'\u{1f1e9}'.repeat(3_000)}`),
    reactions: whole('\u{1f44d}'.repeat(90)),
    'reactions of Outlook': whole(`[like] ${'x '.repeat(70)}reacted to your message:`),
    'reactions that are none': whole(`${'\u{1f44d} '.repeat(90)}x`),
  }),
  ...mailsOf('slow pattern in the text', 'comment', {
    'question marks': whole('?'.repeat(15_000)),
    'question marks and signs': whole(`really ?${'!'.repeat(90)}`),
    'Greek with marks': whole(`${'α\u0301'.repeat(900)};`),
  }),
  ...mailsOf('slow pattern in the text', 'question', {
    'slips of the hand': whole(`akc${'!'.repeat(15)}`),
    'a verb further on': whole(`${'I would say that '.repeat(50)}ack`),
    'times that are none': whole(`ack until ${'9:'.repeat(1_000)}`),
    'dates that are none': whole(`ack until ${'1.1.'.repeat(1_000)}`),
    'whole commands below': whole(`ack\r\n${lines('ack 2h', 19)}`),
  }),
];
