import { describe, Fault } from './core/fault.js';
import type { HideSecrets } from './core/hide-secrets.js';
import type { Log } from './core/host.js';
import type { Status } from './core/status.js';
import type { History } from './core/store.js';
import type { RaisedSystemError, SystemErrors } from './core/system-error.js';

/** The facts that are text for people; the others are names, which have to stay what they are. */
const prose = ['message', 'remedy', 'detail', 'reason', 'reply', 'lastFault', 'why', 'notRevoked'];

/** The net around everything that the plugin writes, shows or hands on. */
export interface Hiding {
  /** The texts for people among some facts. */
  facts<T extends object>(facts: T): T;
  fault(fault: Fault): Fault;
  /** A log that also strips errors of what hangs on them: libraries hang requests with their secrets there. */
  log(log: Log): Log;
  history(history: History): History;
  systemErrors<E extends SystemErrors>(systemErrors: E): E;
  /** Also what ends them. */
  steps<T extends object>(steps: AsyncIterable<T>): AsyncIterable<T>;
  status(status: Status): Status;
}

/** Makes the net of what is known to be secret. */
export function createHiding(hide: HideSecrets): Hiding {
  const facts = <T extends object>(given: T): T => ({
    ...given,
    ...Object.fromEntries(
      Object.entries(given)
        .filter(([name, value]) => prose.includes(name) && typeof value === 'string')
        .map(([name, value]) => [name, hide(String(value))]),
    ),
  });
  const bare = (value: unknown): unknown => {
    if (typeof value === 'string') return hide(value);
    if (!(value instanceof Error)) return value;
    const error = new Error(hide(describe(value)));
    error.name = value.name;
    error.stack = hide(value.stack ?? error.message);
    return value instanceof Fault ? Object.assign(error, { code: value.code }) : error;
  };
  const fault = ({ code, facts: known, cause }: Fault): Fault =>
    new Fault(
      code,
      Object.fromEntries(
        Object.entries(known).map(([name, value]) => [name, typeof value === 'string' ? hide(value) : value]),
      ),
      cause,
    );
  const line = (given: object): object =>
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, bare(value)]));

  return {
    ...{ facts, fault },
    log: (log) => ({
      debug: (given, message) => log.debug(line(given), hide(message)),
      info: (given, message) => log.info(line(given), hide(message)),
      warn: (given, message) => log.warn(line(given), hide(message)),
      error: (given, message) => log.error(line(given), hide(message)),
    }),
    history: (history) => ({
      append: (entry) => history.append(facts(entry)),
      since: history.since,
    }),
    systemErrors: (systemErrors) => ({
      ...systemErrors,
      raise: (error: RaisedSystemError) => systemErrors.raise(facts(error)),
    }),
    async *steps(steps) {
      try {
        for await (const step of steps) yield facts(step);
      } catch (thrown) {
        throw thrown instanceof Fault ? fault(thrown) : bare(thrown);
      }
    },
    status: (status) => ({
      ...status,
      accounts: status.accounts.map(facts),
      actions: status.actions.map(facts),
      ...(status.acknowledgement ? { acknowledgement: facts(status.acknowledgement) } : {}),
      warnings: status.warnings.map(hide),
    }),
  };
}
