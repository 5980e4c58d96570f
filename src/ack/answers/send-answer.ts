import type { AnswerTransport, ComposedMail } from '../../core/mail.js';
import type { AnswerRecord } from './answer-record.js';

/**
 * Hands over an answer to those who do not have it yet, in as many transactions as the server asks for, and answers its
 * record, which `keep` has put on disk after each of them. Throws when the server takes it for nobody.
 */
export async function sendAnswer(
  id: string,
  record: AnswerRecord,
  mail: ComposedMail,
  how: {
    readonly transport: Pick<AnswerTransport, 'send'>;
    readonly keep: (record: AnswerRecord) => Promise<void>;
    readonly signal: AbortSignal;
  },
): Promise<AnswerRecord> {
  const { at, inReplyTo, texts, more = 0 } = record;
  const rest = more > 0 ? [`(And ${more} more that the history has.)`] : [];
  const answer = {
    ...{ id, to: Object.keys(record.recipients), mail, at },
    text: [...Object.values(texts), ...rest].join('\n\n'),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
  };
  let sent = record;
  for (let open = openOf(record); open.length > 0; ) {
    const left = new Set(open);
    await how.transport.send(answer, open, how.signal, ({ recipients }) => {
      for (const name of Object.keys(recipients)) left.delete(name);
      sent = { ...sent, recipients: { ...sent.recipients, ...recipients } };
      return how.keep(sent);
    });
    // Nobody was said anything of: the server wants no more now.
    if (left.size === open.length) break;
    open = [...left];
  }
  return sent;
}

function openOf({ recipients }: AnswerRecord): readonly string[] {
  return Object.entries(recipients).flatMap(([name, { status }]) =>
    status === 'pending' || status === 'deferred' ? [name] : [],
  );
}
