import { hostname, userInfo } from 'node:os';
import { systemClock } from '../core/clock.js';
import { hideInStreams } from './hide-in-streams.js';
import { openBrowser } from './open-browser.js';
import type { Terminal } from './terminal.js';

/** The terminal, the environment and the signals of this process. */
export function processTerminal(): Terminal {
  const { env, platform, stdin, stdout, stderr } = process;
  // Whoever reads our output may go away; that is no reason to stop.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  const hide = hideInStreams([stdout, stderr]);
  let secrets: readonly string[] = [];
  return {
    env,
    cwd: process.cwd(),
    platform,
    stdin,
    stdout,
    stderr,
    rich: hasColours(stdout, env),
    richErrors: hasColours(stderr, env),
    ...(stdout.isTTY ? { columns: stdout.columns || 80 } : {}),
    live: stderr.isTTY === true && env['TERM'] !== 'dumb',
    clock: systemClock,
    login: { user: userName(), host: hostname() },
    hide(more) {
      secrets = [...secrets, ...more];
      hide(more);
    },
    onSignal(listener) {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
    // A browser lives for days, and has no need of them.
    openBrowser: (url) => openBrowser(url, platform, withoutSecrets(env, secrets)),
  };
}

/** NO_COLOR as https://no-color.org says: with any value but an empty one. */
function hasColours({ isTTY }: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have no name.
    return 'user';
  }
}

function withoutSecrets(env: NodeJS.ProcessEnv, secrets: readonly string[]): NodeJS.ProcessEnv {
  const isPublic = (value = '') => !secrets.some((secret) => value.includes(secret));
  return Object.fromEntries(Object.entries(env).filter(([, value]) => isPublic(value)));
}
