import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from '../../helpers/free-port.js';
import { startServerProcess } from './server-process.js';

export interface AlertmanagerOptions {
  /** Where alerts are posted to. */
  readonly webhookUrl: string;
  /** The Bearer token that goes along. */
  readonly secret: string;
}

/** An alert as a Prometheus posts it. */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly generatorURL?: string;
  readonly startsAt?: Date;
  /** In the past: resolved. Without it Alertmanager resolves the alert after 5 minutes of silence. */
  readonly endsAt?: Date;
}

const alertsAnswer = z.array(
  z.object({
    fingerprint: z.string(),
    labels: z.record(z.string(), z.string()),
    startsAt: z.string(),
    status: z.object({ state: z.string(), silencedBy: z.array(z.string()) }),
  }),
);
const silencesAnswer = z.array(
  z.object({
    id: z.string(),
    comment: z.string(),
    createdBy: z.string(),
    endsAt: z.string(),
    status: z.object({ state: z.enum(['active', 'pending', 'expired']) }),
  }),
);

/** A real Prometheus Alertmanager, alone, that groups for a second. */
export interface Alertmanager {
  readonly url: string;
  readonly port: number;
  post(alerts: readonly PostedAlert[]): Promise<void>;
  /** What fires now; `status.silencedBy` names the silences that an alert is under. */
  alerts(): Promise<z.infer<typeof alertsAnswer>>;
  /** All silences, the expired ones too. */
  silences(): Promise<z.infer<typeof silencesAnswer>>;
  /** Ends a silence, as a person does in Alertmanager's pages. */
  expire(silenceId: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts Debian's prometheus-alertmanager with storage of its own and no cluster. */
export async function startAlertmanager({ webhookUrl, secret }: AlertmanagerOptions): Promise<Alertmanager> {
  const dir = await mkdtemp(join(tmpdir(), 'ackalert-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const configuration = {
    route: {
      receiver: 'ackmail',
      group_by: ['alertname'],
      group_wait: '1s',
      group_interval: '1s',
      repeat_interval: '1h',
    },
    receivers: [
      {
        name: 'ackmail',
        webhook_configs: [
          {
            url: webhookUrl,
            send_resolved: true,
            http_config: { authorization: { type: 'Bearer', credentials: secret } },
          },
        ],
      },
    ],
  };
  const file = join(dir, 'alertmanager.yml');
  // JSON is YAML too.
  await writeFile(file, JSON.stringify(configuration), { mode: 0o600 });
  const remove = () => rm(dir, { recursive: true, force: true, maxRetries: 5 });
  const server = await startServerProcess({
    name: 'Alertmanager',
    binary: 'prometheus-alertmanager',
    args: [
      `--config.file=${file}`,
      `--storage.path=${join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    ready: async () => (await fetch(`${url}/-/ready`)).ok,
  }).catch(async (thrown) => {
    await remove();
    throw thrown;
  });

  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/api/v2/${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`Alertmanager answers ${response.status} to ${method} ${path}: ${text}`);
    return method === 'GET' ? JSON.parse(text) : undefined;
  };
  return {
    url,
    port,
    async post(alerts) {
      await call('POST', 'alerts', alerts);
    },
    alerts: async () => alertsAnswer.parse(await call('GET', 'alerts')),
    silences: async () => silencesAnswer.parse(await call('GET', 'silences')),
    async expire(silenceId) {
      await call('DELETE', `silence/${silenceId}`);
    },
    async close() {
      await server.close();
      await remove();
    },
  };
}
