import type { ComposedMail, RecipientStatus, SendResult } from '../../core/mail.js';
import { type EnvelopeAddress, envelopeAddress } from './envelope-address.js';
import type { SmtpPool } from './smtp-connections.js';
import { isTransientReply, replyLine, replyMeaning, type SmtpError } from './smtp-fault.js';

/** One mail transaction (RFC 5321 section 3.3). */
export interface SmtpTransaction {
  readonly pool: SmtpPool;
  readonly mail: ComposedMail;
  readonly recipients: readonly string[];
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

type Wire = EnvelopeAddress & { readonly name: string };

/**
 * Hands over a mail in one transaction, to as many of the recipients as one can have: who is not in the result is for
 * the next one. Throws what nodemailer throws where the server takes the mail for nobody for a reason that is not the
 * recipients'.
 *
 * International addresses (SMTPUTF8) have a transaction of their own, for a server on the way that does not know them
 * would return the whole mail. Where the server has more recipients than it takes, the others wait for the next one.
 */
export async function runTransaction(transaction: SmtpTransaction): Promise<SendResult> {
  const { recipients, now } = transaction;
  const wires = recipients.flatMap((name): Wire[] => {
    const wire = envelopeAddress(name);
    return wire ? [{ ...wire, name }] : [];
  });
  const odd = recipients.filter((name) => !wires.some((wire) => wire.name === name));
  const ours = Object.fromEntries(
    odd.map((name) => [name, rejected('not sent: this is no mail address', now())]),
  );
  const plain = wires.filter(({ isInternational }) => !isInternational);
  const group = plain.length > 0 ? plain : wires;
  if (group.length === 0) return { recipients: ours };

  const { extensions, ...result } = await submit(transaction, group);
  const others = wires.filter((wire) => !group.includes(wire));
  const takesThem = extensions === undefined || extensions.some((line) => /^SMTPUTF8\b/i.test(line));
  const without = Object.fromEntries(
    takesThem ? [] : others.map(({ name }) => [name, rejected(noSmtpUtf8, now())]),
  );
  return { ...result, recipients: { ...ours, ...without, ...result.recipients } };
}

const noSmtpUtf8 =
  'not sent: the submission server takes no address with letters beyond ASCII before the @ (it has no SMTPUTF8, RFC 6531)';

async function submit(
  transaction: SmtpTransaction,
  wires: readonly Wire[],
): Promise<SendResult & { readonly extensions?: readonly string[] | undefined }> {
  const { pool, mail, signal, now } = transaction;
  try {
    const info = await pool.transporter.sendMail({
      envelope: { from: mail.envelopeFrom, to: wires.map(({ address }) => ({ address, name: '' })) },
      raw: mail.raw,
      // Said here too, or another one would be made up for each mail, in vain.
      messageId: mail.messageId,
      signal,
    });
    // Its first digit alone is not enough to take a mail for accepted.
    if (!/^2\d\d(?:[ -]|$)/.test(info.response))
      throw Object.assign(new Error('no reply of a mail server'), { response: info.response });
    const status = statusesOf(wires, info.rejectedErrors ?? [], info.accepted, info.response, now());
    const replacedId = info.serverMessageId;
    return {
      recipients: status,
      extensions: info.ehlo,
      ...(replacedId && replacedId !== mail.messageId ? { serverMessageId: replacedId } : {}),
    };
  } catch (thrown) {
    const error: SmtpError = typeof thrown === 'object' && thrown !== null ? thrown : {};
    const refused = allRecipientsRefused(error);
    if (refused) return { recipients: statusesOf(wires, refused, [], '', now()) };
    const isTooMany = error.command !== 'RCPT TO' && replyMeaning(error)?.about === 'recipients';
    if (!isTooMany || wires.length === 1) throw thrown;
    return submit(transaction, wires.slice(0, Math.ceil(wires.length / 2)));
  }
}

function statusesOf(
  wires: readonly Wire[],
  refused: readonly SmtpError[],
  accepted: readonly unknown[],
  response: string,
  at: Date,
): Record<string, RecipientStatus> {
  const refusals = new Map(refused.map((error) => [error.recipient?.toLowerCase(), error]));
  const taken = new Set(accepted.map((address) => String(address).toLowerCase()));
  const reply = replyLine({ response }) ?? '';
  return Object.fromEntries(
    wires.flatMap(({ name, address }): [string, RecipientStatus][] => {
      const error = refusals.get(address.toLowerCase());
      if (error === undefined) {
        if (taken.has(address.toLowerCase())) return [[name, { status: 'accepted', reply, at }]];
        return [[name, { status: 'deferred', reply: 'the server said nothing of this recipient', at }]];
      }
      if (taken.size > 0 && replyMeaning(error)?.about === 'recipients') return [];
      const told = replyLine(error) ?? 'refused without a reply';
      return [[name, { status: isTransientReply(error) ? 'deferred' : 'rejected', reply: told, at }]];
    }),
  );
}

/** The refusals, when the server took the sender but nobody to send to, for reasons that are the recipients' own. */
function allRecipientsRefused({ command, rejectedErrors = [] }: SmtpError): readonly SmtpError[] | undefined {
  if (command !== 'RCPT TO' || rejectedErrors.length === 0) return undefined;
  // 530 wants a login and says nothing about the recipient (RFC 4954 section 6).
  if (rejectedErrors.some(({ responseCode }) => responseCode === 530)) return undefined;
  const isOfAccount = rejectedErrors.every((error) =>
    ['account', 'connections'].includes(replyMeaning(error)?.about ?? ''),
  );
  return isOfAccount ? undefined : rejectedErrors;
}

function rejected(reply: string, at: Date): RecipientStatus {
  return { status: 'rejected', reply, at };
}
