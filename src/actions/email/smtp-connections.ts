import { createTransport } from 'nodemailer';
import type { Account } from '../../core/account.js';
import type { Clock } from '../../core/clock.js';
import { Fault } from '../../core/fault.js';
import { createGate } from '../../core/gate.js';
import type { Network } from '../../core/network.js';
import type { SmtpAuth } from './smtp-login.js';

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
  /** All of one mail; default 15 minutes. It ends what silence does not: a server that answers a byte now and then. */
  readonly mailMs: number;
}

const standardLimits: SmtpLimits = {
  connectMs: 30_000,
  greetingMs: 30_000,
  silenceMs: 300_000,
  mailMs: 900_000,
};

/** Connections that are kept open between mails. */
export interface SmtpPool {
  /** How many of them there may be. */
  readonly most: number;
  readonly transporter: ReturnType<typeof openPool>;
}

/** The connections to one submission server. */
export interface SmtpConnections {
  readonly limits: SmtpLimits;
  /** Runs a task that sends one mail, as soon as a connection may be used for it. */
  use<T>(task: (pool: SmtpPool) => Promise<T>): Promise<T>;
  /** Logs in by a connection of its own. The idle ones are closed first: it must not be one too many. */
  verify(): Promise<void>;
  /** The server has refused a connection as one too many: for 10 minutes there is only one. */
  narrow(): void;
  close(): void;
}

const narrowMs = 10 * 60_000;

/** Makes the connections of an account; none is opened before it is used. */
export function createSmtpConnections(deps: {
  readonly account: Account;
  readonly auth: SmtpAuth;
  readonly network: Network;
  readonly clock: Clock;
  readonly limits?: Partial<SmtpLimits> | undefined;
}): SmtpConnections {
  const { account, clock } = deps;
  const limits = { ...standardLimits, ...deps.limits };
  const { smtp } = account;
  if (!smtp) throw new Fault('CONFIG_INVALID', { detail: `accounts.${account.name} has no smtp server` });
  let narrowedAt: Date | undefined;

  const allowed = () => {
    const passedMs = narrowedAt ? clock.now().getTime() - narrowedAt.getTime() : narrowMs;
    return passedMs >= 0 && passedMs < narrowMs ? 1 : smtp.connections;
  };
  const open = (most: number): SmtpPool => ({
    most,
    transporter: openPool(smtp, { ...deps, limits, most }),
  });
  const inTurn = createGate(allowed);
  let pool = open(allowed());
  /** How many tasks each pool has, that which is in use and those before it. */
  const tasks = new Map<SmtpPool, number>();

  /** The old pool is closed when nothing is under way by it: what waits in a pool that closes would fail. */
  const closeUnused = (old: SmtpPool) => {
    if (old !== pool && !tasks.get(old)) old.transporter.close();
  };
  const replace = () => {
    const old = pool;
    pool = open(allowed());
    closeUnused(old);
  };
  const run = async <T>(task: (pool: SmtpPool) => Promise<T>): Promise<T> => {
    const used = pool;
    tasks.set(used, (tasks.get(used) ?? 0) + 1);
    try {
      return await task(used);
    } finally {
      const left = (tasks.get(used) ?? 1) - 1;
      if (left > 0) tasks.set(used, left);
      else tasks.delete(used);
      closeUnused(used);
    }
  };

  return {
    limits,
    use: (task) =>
      inTurn(() => {
        if (pool.most !== allowed()) replace();
        return run(task);
      }),
    verify: () =>
      inTurn(async () => {
        replace();
        await pool.transporter.verify();
      }),
    narrow() {
      narrowedAt = clock.now();
      if (pool.most !== allowed()) replace();
    },
    close: () => pool.transporter.close(),
  };
}

function openPool(
  smtp: NonNullable<Account['smtp']>,
  deps: {
    readonly auth: SmtpAuth;
    readonly network: Network;
    readonly limits: SmtpLimits;
    readonly most: number;
  },
) {
  const { auth, network, limits, most } = deps;
  const proxy = network.proxyFor(`smtp://${smtp.host}:${smtp.port}`);
  const ca = smtp.ca ?? network.ca;
  return createTransport({
    pool: true,
    host: smtp.host,
    port: smtp.port,
    secure: smtp.security === 'tls',
    requireTLS: smtp.security === 'starttls',
    ignoreTLS: smtp.security === 'none',
    tls: { ...(ca ? { ca: [...ca] } : {}), ...(smtp.serverName ? { servername: smtp.serverName } : {}) },
    auth,
    // A server that hides AUTH must refuse the login, or mail would be offered to it without one.
    forceAuth: true,
    ...(proxy ? { proxy } : {}),
    maxConnections: most,
    maxMessages: Number.POSITIVE_INFINITY,
    // As often as there may be connections that the server has dropped; any other retry is the outbox's.
    maxRequeues: most,
    connectionTimeout: limits.connectMs,
    dnsTimeout: limits.connectMs,
    greetingTimeout: limits.greetingMs,
    socketTimeout: limits.silenceMs,
    logger: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
