import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import { createWebhookAction } from '../../../src/actions/webhook/webhook-action.js';
import type { AlertEvent } from '../../../src/core/alert.js';
import { systemClock } from '../../../src/core/clock.js';
import type { WebhookActionSettings } from '../../../src/core/settings.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { standingErrorsType } from '../../../src/reports/standing-errors.js';
import { createSystemErrors } from '../../../src/reports/system-errors.js';
import { openStore } from '../../../src/store/open-store.js';
import { quietLog } from '../../helpers/quiet-log.js';

/** One call, as the server saw it. */
export interface Call {
  readonly request: IncomingMessage;
  readonly body: string;
}

/** How a server answers. */
export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export const forever = new AbortController().signal;
const dir = await mkdtemp(join(tmpdir(), 'ackmail-webhook-'));
const store = await openStore({ dir, key: randomBytes(32), clock: systemClock });
test.after(async () => {
  await store.close();
  await rm(dir, { recursive: true });
});

export const event: AlertEvent = {
  id: 'event-1',
  kind: 'fired',
  at: new Date('2026-03-01T03:00:00Z'),
  alert: {
    id: 'alert-1',
    fingerprint: 'prod/1',
    source: 'prod',
    labels: { alertname: 'DiskFull "\r\n' },
    annotations: {},
    severity: 'critical',
    status: 'firing',
    startsAt: new Date('2026-03-01T02:55:00Z'),
  },
};

/** A real HTTP server on loopback, for as long as it is used. */
export async function withServer(
  answer: Answer,
  use: (base: string, calls: readonly Call[]) => Promise<void>,
): Promise<void> {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    calls.push({ request, body });
    answer(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${portOf(server)}`, calls);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

/** The webhook action with everything real around it. */
export function action(url: string, change: Partial<WebhookActionSettings> = {}, clock = systemClock) {
  const lines: string[] = [];
  const line = (facts: object, message: string) => {
    lines.push(`${message} ${JSON.stringify(facts)}`);
  };
  const errors = createSystemErrors({
    document: store.collection('system-errors', standingErrorsType),
    history: store.history,
    clock,
    log: quietLog,
    onChange: async () => {},
  });
  const webhook = createWebhookAction({
    settings: {
      ...{ name: 'chat', type: 'webhook', url, headers: {}, match: {}, after: 0, repeat: 1, timeout: 2_000 },
      format: 'ackmail',
      ...change,
    },
    network: createNetwork({ env: {} }),
    systemErrors: errors,
    timeZone: 'Europe/Berlin',
    clock,
    log: { debug: line, info: line, warn: line, error: line },
  });
  return {
    webhook,
    lines,
    errors: () => errors.list(),
    standing: () => errors.list().map(({ code, subject }) => `${code} ${subject}`),
  };
}

/** Answers every call the same. */
export const answering =
  (status: number, headers: Record<string, string> = {}, body = 'a body that nobody keeps'): Answer =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };
