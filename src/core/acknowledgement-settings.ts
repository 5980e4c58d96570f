import { z } from 'zod';
import { settingsValues } from './settings-values.js';

const { duration } = settingsValues;

/** How replies are read, whose they may be, and what they do. */
export const acknowledgementSettings = z.strictObject({
  account: z.string().describe('The account whose mailbox is read.'),
  expires: duration('8h', '1m').describe('How long a bare reply holds at most, 1m or more. Default 8h.'),
  allow: z
    .array(z.string().regex(/^(\*|[^\s@*]+)@[^\s@*]+$/, 'an address, or *@domain'))
    .default([])
    .describe('Who may acknowledge besides the recipients of the mail: addresses, or *@domain.'),
  roundTrip: duration('0s', '1h').describe(
    'How often a mail to our own mailbox is answered and read, to see whether replies get through, 1h or more, such as 1d. Default 0s: never.',
  ),
  done: z
    .enum(['move', 'keyword', 'ledger'])
    .default('move')
    .describe(
      'What marks a reply that was taken: moved to another mailbox, an IMAP keyword, or only our own ledger.',
    ),
  moveTo: z
    .string()
    .min(1)
    .default('Acknowledged')
    .describe('The mailbox for done: move; made when it is missing.'),
  answers: z
    .strictObject({
      confirm: z.boolean().default(true).describe('Tell who replied what the reply came to. Default true.'),
      tellOthers: z
        .boolean()
        .default(true)
        .describe('Tell the other recipients of the mail who has it, and what they wrote. Default true.'),
    })
    .prefault({})
    .describe('Who is mailed about a reply, in the thread of the alert (docs/replying.md).'),
});
