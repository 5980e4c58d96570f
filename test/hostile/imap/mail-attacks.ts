import type { Attack, Saying } from './hostile-server.js';
import { at, changed, endless, endlessly, fetchOf, first, flood, mebibyte } from './sayings.js';

/** How a server may hand out mails and move them. `unasked` is a mail that nobody asks for. */
export function mailAttacks(unasked: string): readonly Attack[] {
  const literal = (text: string) => `{${text.length}}\r\n${text}`;
  const sized = (size: string): Saying => `* 1 FETCH (UID 7 BODY[HEADER]<0> {${size}}\r\nX: y\r\n`;
  const searched = (text: string): Saying => `${text}TAG OK done\r\n`;
  return [
    ...at('SEARCH', 'search', {
      'UIDs that are not there': searched('* SEARCH 1 2 3 999 1000 1001\r\n'),
      'the highest UID': searched('* SEARCH 7 4294967295\r\n'),
      'a UID that is too high': searched('* SEARCH 7 99999999999999999999\r\n'),
      '20,000 UIDs': searched(
        `* SEARCH ${Array.from({ length: 20_000 }, (_, each) => each + 10).join(' ')}\r\n`,
      ),
      'the same UID 100,000 times': searched(`* SEARCH ${flood('7 ', 100_000)}\r\n`),
      'zeros and negatives': searched('* SEARCH 0 -1 -7 7\r\n'),
      words: searched('* SEARCH seven NIL (7) "7"\r\n'),
      fractions: searched('* SEARCH 7.5 1e3 0x7 7\r\n'),
      'all UIDs there are, as a range': searched(
        '* ESEARCH (TAG "TAG") UID ALL 1:4294967295\r\n* SEARCH 7\r\n',
      ),
      'all UIDs there are, as a range in SEARCH': searched('* SEARCH 1:4294967295\r\n'),
      'a hundred lines': searched(flood('* SEARCH 7\r\n', 100)),
      'in reverse': searched('* SEARCH 9 8 7\r\n'),
      'without an end': endless('* SEARCH 1 2 3 4 5 6 7\r\n'),
      'in brackets 50,000 deep': searched(`* SEARCH ${'('.repeat(50_000)}7${')'.repeat(50_000)}\r\n`),
    }),
    ...at('HEADERS', 'headers', {
      'a mail that was not asked for': first(fetchOf(999, unasked)),
      'another mail under its UID, and then its own': first(fetchOf(7, unasked)),
      'no UID': changed((text) => text.replace('UID 7 ', '')),
      'another UID': changed((text) => text.replace('UID 7 ', 'UID 6 ')),
      'a UID of 0': changed((text) => text.replace('UID 7 ', 'UID 0 ')),
      'a UID that is no number': changed((text) => text.replace('UID 7 ', 'UID "7; DROP" ')),
      'two UIDs': changed((text) => text.replace('UID 7 ', 'UID 7 UID 999 ')),
      'no header': '* 1 FETCH (UID 7 RFC822.SIZE 100)\r\nTAG OK done\r\n',
      'NIL for a header': '* 1 FETCH (UID 7 RFC822.SIZE 100 BODY[HEADER]<0> NIL)\r\nTAG OK done\r\n',
      'an empty header': '* 1 FETCH (UID 7 BODY[HEADER]<0> {0}\r\n)\r\nTAG OK done\r\n',
      'a quoted header': '* 1 FETCH (UID 7 BODY[HEADER]<0> "X: y")\r\nTAG OK done\r\n',
      'the body of another section': changed((text) => text.replace('BODY[HEADER]<0>', 'BODY[TEXT]<0>')),
      'from the middle': changed((text) => text.replace('BODY[HEADER]<0>', 'BODY[HEADER]<500>')),
      'a size of nothing': changed((text) => text.replace(/RFC822.SIZE \d+/, 'RFC822.SIZE 0')),
      'a size below nothing': changed((text) => text.replace(/RFC822.SIZE \d+/, 'RFC822.SIZE -5')),
      'a size of 10^30': changed((text) => text.replace(/RFC822.SIZE \d+/, `RFC822.SIZE 1${'0'.repeat(30)}`)),
      'a size that is a word': changed((text) => text.replace(/RFC822.SIZE \d+/, 'RFC822.SIZE large')),
      'a date that is none': changed((text) =>
        text.replace(/INTERNALDATE "[^"]*"/, 'INTERNALDATE "yesterday"'),
      ),
      'a date of the year 1': changed((text) =>
        text.replace(/INTERNALDATE "[^"]*"/, 'INTERNALDATE "01-Jan-0001 00:00:00 +0000"'),
      ),
      'a date of the year 9999': changed((text) =>
        text.replace(/INTERNALDATE "[^"]*"/, 'INTERNALDATE "31-Dec-9999 23:59:59 +0000"'),
      ),
      'NIL for a date': changed((text) => text.replace(/INTERNALDATE "[^"]*"/, 'INTERNALDATE NIL')),
      'a literal of 4 GB': sized('4294967296'),
      'a literal of 99999999999999999999': sized('99999999999999999999'),
      'a literal of less than nothing': sized('-1'),
      'a literal of no number': sized('x'),
      'a literal of hexadecimal': sized('0xff'),
      'a literal that stalls': sized('1000'),
      'a literal that does not wait': sized('5+'),
      'a literal of 3 MB that ends in the middle': (turn) => {
        turn.say(`* 1 FETCH (UID 7 BODY[HEADER]<0> {3000000}\r\n${'x'.repeat(1_000_000)}`);
        turn.socket.end();
      },
      'a literal of 3 MB': (turn) =>
        turn.say(
          `* 1 FETCH (UID 7 BODY[HEADER]<0> {3000000}\r\n${'x'.repeat(3_000_000)})\r\nTAG OK done\r\n`,
        ),
      'a literal of 64 MB': (turn) => {
        turn.say(`* 1 FETCH (UID 7 BODY[HEADER]<0> {${64 * mebibyte}}\r\n`);
        endlessly(turn);
      },
      'a thousand literals in one answer': `* 1 FETCH (UID 7 ${flood('X {3}\r\nabc ', 1_000)})\r\nTAG OK done\r\n`,
      'a BYE in a literal': sized('100\r\n* BYE out'),
      'EXPUNGE of the mail': first('* 1 EXPUNGE\r\n'),
      'EXISTS of nothing': first('* 0 EXISTS\r\n'),
      VANISHED: first('* VANISHED 1:100000\r\n'),
      'a sequence number of 0': changed((text) => text.replace('* 1 FETCH', '* 0 FETCH')),
      'a sequence number below nothing': changed((text) => text.replace('* 1 FETCH', '* -1 FETCH')),
      'brackets 50,000 deep': `* 1 FETCH ${'('.repeat(50_000)}\r\nTAG OK done\r\n`,
      'an open quotation': '* 1 FETCH (UID 7 BODY[HEADER]<0> "X: y\r\nTAG OK done\r\n',
      'a flood of answers': first(flood('* 1 FETCH (FLAGS (\\Seen))\r\n', 30_000)),
      'answers without an end': endless('* 1 FETCH (FLAGS (\\Seen))\r\n'),
      'a line without an end': endless('x'),
    }),
    ...at('SOURCE', 'source', {
      'another mail': `* 1 FETCH (UID 7 BODY[]<0> ${literal(unasked.replace('From: ', 'From: Evil <evil@example.org>, '))})\r\nTAG OK done\r\n`,
      'a mail that was not asked for': first(`* 9 FETCH (UID 999 BODY[]<0> ${literal(unasked)})\r\n`),
      nothing: '* 1 FETCH (UID 7)\r\nTAG OK done\r\n',
      NIL: '* 1 FETCH (UID 7 BODY[]<0> NIL)\r\nTAG OK done\r\n',
      'an empty literal': '* 1 FETCH (UID 7 BODY[]<0> {0}\r\n)\r\nTAG OK done\r\n',
      'only the header': changed((text) =>
        text.replace(/\{\d+\}/, '{10}').replace(/(\{10\}\r\n.{10})[\s\S]*$/s, '$1)\r\n'),
      ),
      'more than was asked for': (turn) =>
        turn.say(`* 1 FETCH (UID 7 BODY[]<0> {3000000}\r\n${'x'.repeat(3_000_000)})\r\nTAG OK done\r\n`),
      '64 MB': (turn) => {
        turn.say(`* 1 FETCH (UID 7 BODY[]<0> {${64 * mebibyte}}\r\n`);
        endlessly(turn);
      },
      'a literal of 4 GB': '* 1 FETCH (UID 7 BODY[]<0> {4294967296}\r\nx\r\n',
      'a literal that stalls': '* 1 FETCH (UID 7 BODY[]<0> {5000}\r\nx\r\n',
    }),
    ...at('MOVE', 'move', {
      'to a UID of its own making': 'TAG OK [COPYUID 77 1:100000 1:100000] done\r\n',
      'TRYCREATE for ever': 'TAG NO [TRYCREATE] no such mailbox\r\n',
      'it expunges everything': first(flood('* 1 EXPUNGE\r\n', 10_000)),
      'OK, and nothing is done': 'TAG OK done\r\n',
    }),
    ...at('IDLE', 'idle', {
      'a flood of EXISTS': (turn) => turn.say(`+ idling\r\n${flood('* 1 EXISTS\r\n', 30_000)}`),
      'EXISTS of 4 billion': (turn) => turn.say('+ idling\r\n* 4294967295 EXISTS\r\n'),
      'a mail that nobody asked for': (turn) =>
        turn.say(`+ idling\r\n${fetchOf(999, unasked)}* 2 EXISTS\r\n`),
      'a flood of EXPUNGE': (turn) => turn.say(`+ idling\r\n${flood('* 1 EXPUNGE\r\n', 30_000)}`),
      'it ends at once, each time': 'TAG OK done\r\n',
      'it ends at once and begins again': '+ idling\r\nTAG OK done\r\n',
      'the token has expired': '+ idling\r\n* BYE Session invalidated - AccessTokenExpired\r\n',
      'a line of 3 MB': (turn) => turn.say(`+ idling\r\n* OK ${'x'.repeat(3 * mebibyte)}\r\n`),
      'lines without an end': endless('* OK Still here\r\n'),
      'a line without an end': endless('x'),
    }),
  ];
}
