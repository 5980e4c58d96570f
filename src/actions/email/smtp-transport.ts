import { setMaxListeners } from 'node:events';
import { domainToASCII } from 'node:url';
import { createTransport } from 'nodemailer';
import type { Account } from '../../core/account.js';
import type { Clock } from '../../core/clock.js';
import { Fault } from '../../core/fault.js';
import { createGate } from '../../core/gate.js';
import type { Log } from '../../core/host.js';
import type { ComposedMail, RecipientStatus, SendResult, Transport } from '../../core/mail.js';
import type { Network } from '../../core/network.js';
import type { TokenSource } from '../../core/token.js';
import { isTransientReply, replyLine, type SmtpError, smtpFault } from './smtp-fault.js';
import { createSmtpLogin } from './smtp-login.js';

/** How long the steps of a session may take. */
export interface SmtpLimits {
  /** From the name to the end of TLS; default 30 s. */
  readonly connectMs: number;
  /** Until the greeting; default 30 s. */
  readonly greetingMs: number;
  /**
   * Silence in the middle of a session; default 5 minutes. RFC 5321 section 4.5.3.2 asks for patience, and a
   * server that throttles answers late: who hangs up on it sends the mail twice.
   */
  readonly silenceMs: number;
}

const standardLimits: SmtpLimits = { connectMs: 30_000, greetingMs: 30_000, silenceMs: 300_000 };

/**
 * Hands mail to the submission server of an account over a pool of connections.
 *
 * The bytes go out as they were composed. Tokens come from the token source alone; a token that the server
 * refuses is renewed once and the mail sent once more. `loginRemedy` is what an administrator does when the
 * server refuses a login. Throws nothing but Faults; those of the token source as they are.
 */
export function createSmtpTransport(deps: {
  readonly account: Account;
  readonly tokens: TokenSource;
  readonly network: Network;
  readonly clock: Clock;
  readonly log: Log;
  readonly loginRemedy: string;
  readonly limits?: SmtpLimits;
}): Transport {
  const { account, network, clock, loginRemedy, limits = standardLimits } = deps;
  const { smtp } = account;
  if (!smtp) throw new Fault('CONFIG_INVALID', { detail: `accounts.${account.name} has no smtp server` });
  const login = createSmtpLogin(deps);
  const proxy = network.proxyFor(`smtp://${smtp.host}:${smtp.port}`);
  const ca = smtp.ca ?? network.ca;
  const pool = createTransport({
    pool: true,
    host: smtp.host,
    port: smtp.port,
    secure: smtp.security === 'tls',
    requireTLS: smtp.security === 'starttls',
    ignoreTLS: smtp.security === 'none',
    tls: { ...(ca ? { ca: [...ca] } : {}), ...(smtp.serverName ? { servername: smtp.serverName } : {}) },
    auth: login.auth,
    // A server that hides AUTH must refuse the login, or mail would be offered to it without one.
    forceAuth: true,
    ...(proxy ? { proxy } : {}),
    maxConnections: smtp.connections,
    maxMessages: Number.POSITIVE_INFINITY,
    // As often as there may be connections that the server has dropped; any other retry is the outbox's.
    maxRequeues: smtp.connections,
    connectionTimeout: limits.connectMs,
    dnsTimeout: limits.connectMs,
    greetingTimeout: limits.greetingMs,
    socketTimeout: limits.silenceMs,
    logger: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const fault = (thrown: unknown) => smtpFault(thrown, account, loginRemedy);
  const onConnection = createGate(smtp.connections);

  const submit = async (
    mail: ComposedMail,
    recipients: readonly string[],
    signal: AbortSignal,
  ): Promise<SendResult> => {
    try {
      const info = await pool.sendMail({
        envelope: { from: mail.envelopeFrom, to: recipients.map(wireAddress) },
        raw: mail.raw,
        // Said here too, or another one would be made up for each mail, in vain.
        messageId: mail.messageId,
        signal,
      });
      const refused: readonly SmtpError[] = info.rejectedErrors ?? [];
      const status = recipientStatuses(recipients, refused, info.response, clock.now());
      const replacedId = info.serverMessageId;
      return replacedId && replacedId !== mail.messageId
        ? { recipients: status, serverMessageId: replacedId }
        : { recipients: status };
    } catch (thrown) {
      const refused = allRecipientsRefused(thrown);
      if (!refused) throw thrown;
      return { recipients: recipientStatuses(recipients, refused, '', clock.now()) };
    }
  };

  return {
    send(mail, recipients, signal, record) {
      // Every mail under way listens to the one signal of the stop.
      setMaxListeners(0, signal);
      return onConnection(async () => {
        const result = await login
          .attempt(signal, () => submit(mail, recipients, signal))
          .catch((thrown: unknown) => {
            throw fault(thrown);
          });
        await record?.(result);
        return result;
      });
    },
    verify(signal) {
      const attempt = login.attempt(signal, () => pool.verify());
      return untilAborted(attempt, signal).then(
        () => undefined,
        (thrown: unknown) => {
          throw fault(thrown);
        },
      );
    },
    async close() {
      pool.close();
    },
  };
}

/** The address as it stands in the envelope: an international domain in its ASCII form (RFC 5890). */
function wireAddress(address: string): { address: string; name: string } {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  const ascii = /^[\x20-\x7e]*$/.test(domain) ? domain : domainToASCII(domain) || domain;
  return { address: `${address.slice(0, at)}@${ascii}`, name: '' };
}

function recipientStatuses(
  recipients: readonly string[],
  refused: readonly SmtpError[],
  response: string,
  at: Date,
): Record<string, RecipientStatus> {
  const refusals = new Map(refused.map((error) => [error.recipient?.toLowerCase(), error]));
  const accepted = replyLine({ response }) ?? '';
  return Object.fromEntries(
    recipients.map((recipient) => {
      const error = refusals.get(wireAddress(recipient).address.toLowerCase());
      if (!error) return [recipient, { status: 'accepted', reply: accepted, at }];
      const status = isTransientReply(error) ? 'deferred' : 'rejected';
      return [recipient, { status, reply: replyLine(error) ?? 'refused without a reply', at }];
    }),
  );
}

/** The refusals, when the server took the sender but nobody to send to. */
function allRecipientsRefused(thrown: unknown): readonly SmtpError[] | undefined {
  const error: SmtpError = typeof thrown === 'object' && thrown !== null ? thrown : {};
  if (error.command !== 'RCPT TO' || !error.rejectedErrors?.length) return undefined;
  // 530 wants a login and says nothing about the recipient (RFC 4954 section 6).
  return error.rejectedErrors.some(({ responseCode }) => responseCode === 530)
    ? undefined
    : error.rejectedErrors;
}

function untilAborted<T>(attempt: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => reject(new Error('ended before the server answered'));
    if (signal.aborted) return end();
    signal.addEventListener('abort', end, { once: true });
    attempt.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
