import { isAbsolute, resolve } from 'node:path';
import type { Action } from '../../core/action.js';
import type { Clock } from '../../core/clock.js';
import type { Log } from '../../core/host.js';
import type { CommandActionSettings } from '../../core/settings.js';
import type { SystemErrors } from '../../core/system-error.js';
import { createActionHealth } from '../action-health.js';
import { eventsJson } from '../events-json.js';
import { commandFault } from './command-fault.js';
import { runProgram } from './run-program.js';

const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Tells of alerts by running a program: the events as JSON on its standard input, as docs/command.md describes it,
 * and never in its arguments, its environment or a shell.
 *
 * Exit code 0 is done. Exit code 75 (EX_TEMPFAIL), a signal and the time limit are tried again by the outbox's
 * backoff, every other exit code every 10 minutes. An event may come twice, with the same `id`. A refusal is a
 * system error at once, a failure after 5 minutes.
 */
export function createCommandAction(deps: {
  readonly settings: CommandActionSettings;
  /** The folder that relative paths start from; the program runs in it. */
  readonly settingsDir: string;
  /** The home of the user that Ackmail runs as. */
  readonly home: string;
  readonly systemErrors: SystemErrors;
  readonly clock: Clock;
  readonly log: Log;
}): Action {
  const { settings, settingsDir, systemErrors, clock, log } = deps;
  const { name } = settings;
  const [program = '', ...args] = settings.command;
  const file = isAbsolute(program) ? program : resolve(settingsDir, program);
  // Made anew and not ours without something: what is in ours is not all known, and may be a secret.
  const environment = { PATH: searchPath, HOME: deps.home, LANG: 'C.UTF-8' };
  const health = createActionHealth(name, systemErrors, clock);

  return {
    name,
    async execute(events, signal) {
      const end = await runProgram({
        ...{ file, args, environment, signal },
        folder: settingsDir,
        input: `${eventsJson(events)}\n`,
        timeoutMs: settings.timeout,
      });
      const fault = commandFault(name, file, end);
      if (!fault) {
        await health.succeeded();
        return { done: events.map(({ id }) => id) };
      }
      log.debug({ action: name, how: end.how }, 'The program did not take the events.');
      return { done: [], deferred: signal.aborted ? { fault } : await health.failed(fault) };
    },
    async close() {},
  };
}
