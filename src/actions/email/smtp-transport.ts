import { setMaxListeners } from 'node:events';
import type { Account } from '../../core/account.js';
import type { Clock } from '../../core/clock.js';
import { Fault } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { ComposedMail, SendResult, Transport } from '../../core/mail.js';
import type { Network } from '../../core/network.js';
import type { TokenSource } from '../../core/token.js';
import { createSmtpConnections, type SmtpLimits, type SmtpPool } from './smtp-connections.js';
import { smtpFault } from './smtp-fault.js';
import { createSmtpLogin } from './smtp-login.js';
import { runTransaction } from './smtp-transaction.js';

/**
 * Hands mail to the submission server of an account over a pool of connections.
 *
 * The bytes go out as they were composed. Tokens come from the token source alone; a token that the server
 * refuses is renewed once and the mail sent once more. Where the server refuses a connection as one too many, it goes
 * on with a single one for a while. `loginRemedy` is what an administrator does when the
 * server refuses a login. Throws nothing but Faults; those of the token source as they are.
 */
export function createSmtpTransport(deps: {
  readonly account: Account;
  readonly tokens: TokenSource;
  readonly network: Network;
  readonly clock: Clock;
  readonly log: Log;
  readonly loginRemedy: string;
  readonly limits?: Partial<SmtpLimits>;
}): Transport {
  const { account, clock, log } = deps;
  const login = createSmtpLogin(deps);
  const connections = createSmtpConnections({ ...deps, auth: login.auth });
  const { mailMs } = connections.limits;
  const fault = (thrown: unknown) => smtpFault(thrown, account, deps.loginRemedy);
  const now = () => clock.now();

  const send = async (
    pool: SmtpPool,
    mail: ComposedMail,
    recipients: readonly string[],
    signal: AbortSignal,
  ): Promise<SendResult> => {
    const ending = new AbortController();
    const end = () => ending.abort();
    const timer = setTimeout(end, mailMs);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    try {
      return await login.attempt(signal, () =>
        runTransaction({ ...{ pool, mail, recipients, now }, signal: ending.signal }),
      );
    } catch (thrown) {
      const isTooLong = ending.signal.aborted && !signal.aborted;
      throw fault(isTooLong ? new Error(`one mail took longer than ${mailMs / 60_000} minutes`) : thrown);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  };

  return {
    async send(mail, recipients, signal, record) {
      // Every mail under way listens to the one signal of the stop.
      setMaxListeners(0, signal);
      let most = 0;
      const attempt = () =>
        connections.use(async (pool) => {
          most = pool.most;
          const result = await send(pool, mail, recipients, signal);
          await record?.(result);
          return result;
        });
      try {
        return await attempt();
      } catch (thrown) {
        const isOneTooMany = thrown instanceof Fault && thrown.facts['about'] === 'connections';
        if (isOneTooMany) connections.narrow();
        if (!isOneTooMany || most === 1) throw thrown;
        log.warn({ account: account.name }, `${thrown.message} It goes on with one connection.`);
        return attempt();
      }
    },
    verify: (signal) =>
      untilAborted(
        login.attempt(signal, () => connections.verify()),
        signal,
      ).catch((thrown: unknown) => {
        throw fault(thrown);
      }),
    async close() {
      connections.close();
    },
  };
}

function untilAborted<T>(attempt: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => reject(new Error('ended before the server answered'));
    attempt.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
