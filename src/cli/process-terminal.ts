import { hostname, userInfo } from 'node:os';
import { systemClock } from '../core/clock.js';
import { openBrowser } from './open-browser.js';
import type { Terminal } from './terminal.js';

/** The terminal, the environment and the signals of this process. */
export function processTerminal(): Terminal {
  const { env, platform, stdin, stdout, stderr } = process;
  // Whoever reads our output may go away; that is no reason to stop.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  return {
    env,
    cwd: process.cwd(),
    platform,
    stdin,
    stdout,
    stderr,
    rich: stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    clock: systemClock,
    login: { user: userName(), host: hostname() },
    onSignal(listener) {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
    openBrowser: (url) => openBrowser(url, platform, env),
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have no name.
    return 'user';
  }
}
