import { z } from 'zod';
import { settingsValues } from './settings-values.js';

const { duration, senders } = settingsValues;

const authservId = z
  .string()
  .max(255)
  .regex(/^[^\s;="()]+$/, 'the name of a mail server such as mx.example.com');

/** How replies are read, whose they may be, and what they do. */
export const acknowledgementSettings = z.strictObject({
  account: z.string().describe('The account whose mailbox is read.'),
  expires: duration('8h', '1m').describe('How long a bare reply holds at most, 1m or more. Default 8h.'),
  allow: senders.describe('Who may acknowledge besides the recipients of the mail: addresses, or *@domain.'),
  deny: senders.describe(
    'Who may not acknowledge in any case: addresses, or *@domain. It goes before `allow` and before who got the mail.',
  ),
  authentication: z
    .enum(['microsoft365', 'google', 'generic', 'none'])
    .optional()
    .describe(
      'By what it is shown who sent a reply (docs/trust.md). microsoft365, google: by what Exchange Online or Google says; generic: by what the server named in authservId says, else by a DKIM signature; none: by nothing, so that whoever gets hold of an alert mail can acknowledge it under the name of a recipient. Default: as the provider of the account.',
    ),
  authservId: z
    .union([authservId, z.array(authservId).min(1)])
    .optional()
    .describe(
      'For authentication: generic, the name by which your own mail server signs its Authentication-Results (RFC 8601), such as mx.example.com; or several.',
    ),
  roundTrip: duration('0s', '1h').describe(
    'How often a mail to our own mailbox is answered and read, to see whether replies get through, 1h or more, such as 1d. Default 0s: never.',
  ),
  done: z
    .enum(['move', 'keyword', 'ledger'])
    .default('move')
    .describe(
      'What marks a reply that was taken: moved to another mailbox, an IMAP keyword, or only our own ledger (always so with POP3).',
    ),
  moveTo: z
    .string()
    .min(1)
    .default('Acknowledged')
    .describe('The mailbox for done: move; made when it is missing.'),
  clean: duration('0s', '1d').describe(
    'How old our own mail gets in the mailbox, 1d or more, such as 30d: replies that are done, and copies of what we sent. Nothing else is ever removed. Default 0s: for ever.',
  ),
  answers: z
    .strictObject({
      confirm: z.boolean().default(true).describe('Tell who replied what the reply came to. Default true.'),
      tellOthers: z
        .boolean()
        .default(true)
        .describe(
          'Tell the other recipients of the mail who has it, what they wrote, and of a reply that was refused. Default true.',
        ),
    })
    .prefault({})
    .describe('Who is mailed about a reply, in the thread of the alert (docs/replying.md).'),
});
