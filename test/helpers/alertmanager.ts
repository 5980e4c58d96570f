import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/core/clock.js';

type Labels = Readonly<Record<string, string>>;

/** A silence as the scripted Alertmanager keeps it. */
export interface ScriptedSilence {
  readonly id: string;
  matchers: readonly { name: string; value: string; isRegex: boolean; isEqual: boolean }[];
  startsAt: Date;
  endsAt: Date;
  createdBy: string;
  comment: string;
}

/** An Alertmanager that does what a test says, and otherwise what Alertmanager 0.25 was seen to do. */
export interface ScriptedAlertmanager {
  readonly url: string;
  /** `METHOD path` of every request that was answered. */
  readonly requests: string[];
  /** The Authorization header of the last request. */
  authorization: string | undefined;
  /** `down` drops connections, `hung` never answers, `garbled` answers HTML, a number that status. */
  mode: 'up' | 'down' | 'hung' | 'garbled' | number;
  /** The next silence is made, and the connection is cut before the answer. */
  cutAfterNextPost: boolean;
  /** Lets an alert fire, as from now; answers its fingerprint. */
  fire(labels: Labels, startsAt?: Date): string;
  resolve(fingerprint: string): void;
  /** Forgets all alerts, as alerts live in memory; silences are kept on disk. */
  restart(): void;
  silences(): readonly ScriptedSilence[];
  /** The silences that are active now. */
  active(): readonly ScriptedSilence[];
  isSilenced(fingerprint: string): boolean;
  /** Makes a silence as a person does in Alertmanager's pages; answers its id. */
  silence(labels: Labels): string;
  /** Ends a silence as a person does in Alertmanager's pages. */
  expire(id: string): void;
  /** Changes a silence as a person does in Alertmanager's pages: the old one ends, a new one begins. */
  edit(id: string, change: Partial<ScriptedSilence>): string;
  forgetSilences(): void;
  /** What Alertmanager would post to a webhook for these alerts. */
  webhook(...alerts: readonly { labels: Labels; startsAt: Date; status?: string; endsAt?: Date }[]): string;
  close(): Promise<void>;
}

/**
 * Starts one on a port of its own; its time is the clock's. `onRequest` sees each request, as `METHOD path`, before it
 * is carried out and before it is answered, and cuts the connection by answering true.
 */
export async function startScriptedAlertmanager(
  clock: Clock,
  onRequest: (request: string, moment: 'asked' | 'carried out') => boolean = () => false,
): Promise<ScriptedAlertmanager> {
  const alerts = new Map<string, { labels: Labels; startsAt: Date }>();
  const silences = new Map<string, ScriptedSilence>();
  let startedAt = new Date(clock.now().getTime() - 86_400_000);

  const stateOf = (silence: ScriptedSilence) => {
    const now = clock.now();
    if (silence.endsAt <= now) return 'expired';
    return silence.startsAt > now ? 'pending' : 'active';
  };
  const silencedBy = (labels: Labels) =>
    [...silences.values()]
      .filter((silence) => stateOf(silence) === 'active')
      .filter((silence) => silence.matchers.every(({ name, value }) => (labels[name] ?? '') === value))
      .map((silence) => silence.id);
  const make = (silence: Omit<ScriptedSilence, 'id'>): string => {
    const id = randomUUID();
    const startsAt = new Date(Math.max(silence.startsAt.getTime(), clock.now().getTime()));
    silences.set(id, { ...silence, id, startsAt });
    return id;
  };
  const expire = (id: string) => {
    const silence = silences.get(id);
    if (silence && stateOf(silence) !== 'expired') silence.endsAt = clock.now();
  };

  const post = (text: string): [number, unknown] => {
    const body = JSON.parse(text);
    const silence = { ...body, startsAt: new Date(body.startsAt), endsAt: new Date(body.endsAt) };
    if (silence.endsAt <= clock.now()) return [400, "end time can't be in the past"];
    if (!silence.matchers.some(({ value }: { value: string }) => value !== '')) return [400, 'bad matchers'];
    if (body.id === undefined) return [200, { silenceID: make(silence) }];
    const old = silences.get(body.id);
    if (!old) return [404, 'silence not found'];
    const same =
      JSON.stringify(old.matchers) === JSON.stringify(body.matchers) &&
      old.startsAt.getTime() === silence.startsAt.getTime() &&
      stateOf(old) !== 'expired';
    if (same) {
      Object.assign(old, silence);
      return [200, { silenceID: old.id }];
    }
    expire(old.id);
    return [200, { silenceID: make(silence) }];
  };

  const respond = (method: string, path: string, body: string): [number, unknown] => {
    if (method === 'GET' && path === '/api/v2/status') return [200, { uptime: startedAt, cluster: {} }];
    if (method === 'GET' && path === '/api/v2/alerts')
      return [
        200,
        [...alerts].map(([fingerprint, { labels, startsAt }]) => ({
          fingerprint,
          labels,
          annotations: {},
          startsAt,
          endsAt: new Date(clock.now().getTime() + 300_000),
          updatedAt: startsAt,
          receivers: [{ name: 'hook' }],
          status: { state: 'active', inhibitedBy: [], silencedBy: silencedBy(labels) },
        })),
      ];
    if (method === 'GET' && path === '/api/v2/silences')
      return [
        200,
        [...silences.values()].map((silence) => ({ ...silence, status: { state: stateOf(silence) } })),
      ];
    if (method === 'POST' && path === '/api/v2/silences') return post(body);
    const id = /^\/api\/v2\/silence\/([\w-]+)$/.exec(path)?.[1];
    if (method === 'DELETE' && id) {
      if (!silences.has(id)) return [500, 'silence not found'];
      expire(id);
      return [200, undefined];
    }
    return [404, 'no such path'];
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (self.mode === 'down') return request.socket.destroy();
    if (self.mode === 'hung') return undefined;
    if (onRequest(`${request.method} ${request.url}`, 'asked')) return request.socket.destroy();
    self.authorization = request.headers.authorization;
    self.requests.push(`${request.method} ${request.url}`);
    const [status, answer] =
      typeof self.mode === 'number'
        ? [self.mode, 'out of order']
        : respond(request.method ?? '', request.url ?? '', body);
    if (self.cutAfterNextPost && request.method === 'POST') {
      self.cutAfterNextPost = false;
      return request.socket.destroy();
    }
    if (onRequest(`${request.method} ${request.url}`, 'carried out')) return request.socket.destroy();
    response.writeHead(status, { date: clock.now().toUTCString(), 'content-type': 'application/json' });
    return response.end(self.mode === 'garbled' ? '<html>' : JSON.stringify(answer));
  };

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A test that fails must not keep its process.
  server.unref();
  const { port } = server.address() as AddressInfo;

  const self: ScriptedAlertmanager = {
    url: `http://127.0.0.1:${port}`,
    requests: [],
    authorization: undefined,
    mode: 'up',
    cutAfterNextPost: false,
    fire(labels, startsAt = clock.now()) {
      const fingerprint = fingerprintOf(labels);
      alerts.set(fingerprint, { labels, startsAt });
      return fingerprint;
    },
    resolve: (fingerprint) => void alerts.delete(fingerprint),
    restart() {
      alerts.clear();
      startedAt = clock.now();
    },
    silences: () => [...silences.values()],
    active: () => [...silences.values()].filter((silence) => stateOf(silence) === 'active'),
    isSilenced: (fingerprint) => silencedBy(alerts.get(fingerprint)?.labels ?? {}).length > 0,
    silence: (labels) =>
      make({
        matchers: Object.entries(labels).map(([name, value]) => ({
          name,
          value,
          isRegex: false,
          isEqual: true,
        })),
        startsAt: clock.now(),
        endsAt: new Date(clock.now().getTime() + 86_400_000),
        createdBy: 'somebody',
        comment: 'maintenance',
      }),
    expire,
    edit(id, change) {
      const old = silences.get(id);
      if (!old) throw new Error(`There is no silence ${id}.`);
      expire(id);
      return make({ ...old, endsAt: new Date(clock.now().getTime() + 3_600_000), ...change });
    },
    forgetSilences: () => silences.clear(),
    webhook: (...posted) =>
      JSON.stringify({
        version: '4',
        groupKey: '{}:{}',
        truncatedAlerts: 0,
        status: 'firing',
        receiver: 'hook',
        groupLabels: {},
        commonLabels: {},
        commonAnnotations: {},
        externalURL: 'http://alertmanager.example.com',
        alerts: posted.map(({ labels, startsAt, status = 'firing', endsAt }) => ({
          status,
          labels,
          annotations: { summary: 'it burns' },
          startsAt: startsAt.toISOString().replace('Z', '123456Z'),
          endsAt: endsAt?.toISOString() ?? '0001-01-01T00:00:00Z',
          generatorURL: 'http://prometheus.example.com/graph?g0.expr=up',
          fingerprint: fingerprintOf(labels),
        })),
      }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

/** A fingerprint of the form that Alertmanager has: 16 hexadecimal digits from the labels. */
export function fingerprintOf(labels: Labels): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}
