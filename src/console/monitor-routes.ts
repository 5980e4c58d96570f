import { Fault } from '../core/fault.js';
import type { Log } from '../core/host.js';
import type { Monitor } from '../core/monitor.js';
import { faultStatus } from './fault-status.js';
import { readBody } from './read-body.js';
import { secretMatches } from './secret-matches.js';

/** A bridge as it is reached from outside. */
export interface MonitorMount {
  readonly monitor: Monitor;
  /** What the monitor sends as Bearer token or basic-auth password. */
  readonly secret?: string;
  /** Requests without a secret are taken, out loud. */
  readonly insecure: boolean;
}

const maxBodyMb = 10;
const retryAfterSeconds = 30;

/**
 * Makes the handler of `/monitors/NAME` and below: it checks the secret and the size, and hands the request
 * to the bridge.
 *
 * What a bridge throws never crashes it. A transient or unknown failure answers 503, so that the monitor
 * tries again; a `Fault` that is not transient answers with its text.
 */
export function createMonitorRoutes(
  mounts: readonly MonitorMount[],
  log: Log,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const [, name = '', rest = ''] = /^\/monitors\/([^/]*)(.*)$/.exec(new URL(request.url).pathname) ?? [];
    const mount = mounts.find(({ monitor }) => monitor.name === name);
    if (!mount) return plain(404, 'There is no monitor of that name in the settings.');
    if (mount.secret === undefined && !mount.insecure)
      return plain(403, `Monitor ${name} has no secret. Set monitors.${name}.secret in the settings.`);
    if (mount.secret !== undefined && !secretMatches(request.headers.get('authorization'), mount.secret)) {
      log.warn({ monitor: name }, 'A request was refused: its secret is missing or wrong');
      return plain(401, `Send the secret of monitor ${name} as Bearer token or as basic-auth password.`, {
        'www-authenticate': 'Bearer realm="ackmail", Basic realm="ackmail", charset="UTF-8"',
      });
    }
    const route = mount.monitor.routes.find(({ path }) => path === rest.replace(/\/$/, ''));
    if (!route) return plain(404, `Monitor ${name} has no such path.`);
    try {
      const body = await readBody(request, maxBodyMb * 1_048_576);
      if (!body) return plain(413, `The body is larger than ${maxBodyMb} MB; send fewer alerts at a time.`);
      const { url, method, headers, signal } = request;
      return await route.handle(
        new Request(url, { method, headers, signal, ...(body.length ? { body } : {}) }),
      );
    } catch (thrown) {
      return failed(name, thrown, log);
    }
  };
}

function failed(monitor: string, thrown: unknown, log: Log): Response {
  if (!(thrown instanceof Fault)) {
    log.error({ monitor, err: thrown }, 'A request of a monitor failed');
    return plain(503, 'The alerts could not be taken now. Try again.', {
      'retry-after': `${retryAfterSeconds}`,
    });
  }
  log.warn({ monitor, code: thrown.code }, thrown.message);
  const status = thrown.transient ? 503 : faultStatus(thrown);
  return plain(
    status,
    `${thrown.message} ${thrown.remedy}`,
    thrown.transient ? { 'retry-after': `${retryAfterSeconds}` } : {},
  );
}

function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  });
}
