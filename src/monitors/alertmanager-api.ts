import { z } from 'zod';
import { describe, Fault } from '../core/fault.js';
import type { Network } from '../core/network.js';
import type { MonitorSettings } from '../core/settings.js';
import { timeLimit } from '../core/time-limit.js';
import { texts } from './texts.js';

/** The settings of a monitor of type `alertmanager`. */
export type AlertmanagerSettings = Extract<MonitorSettings, { type: 'alertmanager' }>;

const moment = z.string().transform((text, context) => {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) context.addIssue({ code: 'custom', message: 'no date' });
  return date;
});

const alertsAnswer = z.array(
  z.object({
    fingerprint: z.string(),
    labels: texts,
    annotations: texts.default({}),
    startsAt: moment,
    generatorURL: z.string().optional(),
    status: z.object({
      silencedBy: z.array(z.string()).nullish(),
      inhibitedBy: z.array(z.string()).nullish(),
    }),
  }),
);
const silenceAnswer = z.object({
  id: z.string(),
  status: z.object({ state: z.enum(['active', 'pending', 'expired']) }),
  matchers: z.array(
    z.object({
      name: z.string(),
      value: z.string(),
      isRegex: z.boolean(),
      isEqual: z.boolean().default(true),
    }),
  ),
  startsAt: moment,
  endsAt: moment,
  createdBy: z.string(),
  comment: z.string(),
});
const putAnswer = z.object({ silenceID: z.string().min(1) });
const statusAnswer = z.object({ uptime: moment });

/** An alert as `GET /api/v2/alerts` shows it: it fires, and its dates have milliseconds. */
export type ListedAlert = z.infer<typeof alertsAnswer>[number];
/** A silence as Alertmanager shows it; an expired one is shown for some days more. */
export type Silence = z.infer<typeof silenceAnswer>;
/** A silence as it is posted. */
export type NewSilence = Omit<Silence, 'id' | 'status'>;

/** As much of Alertmanager's API v2 as the bridge needs. Everything throws `HOST_UNAVAILABLE` or `HOST_REFUSED`. */
export interface AlertmanagerApi {
  /** Every alert that fires now, the silenced ones too. */
  alerts(signal?: AbortSignal): Promise<readonly ListedAlert[]>;
  /** For how long Alertmanager runs, by its own clock, in milliseconds. */
  upForMs(signal?: AbortSignal): Promise<number>;
  silences(signal?: AbortSignal): Promise<readonly Silence[]>;
  /**
   * Makes a silence, or changes the one named `id`, and answers its id.
   *
   * Alertmanager keeps the id only where the matchers and `startsAt` stay as they are; otherwise it ends the
   * old silence and makes another. An id that it does not know any more makes a new one too.
   */
  put(silence: NewSilence, id?: string, signal?: AbortSignal): Promise<string>;
  /** Ends a silence; one that has ended or is unknown is left so. */
  end(id: string, signal?: AbortSignal): Promise<void>;
}

const answerWithinMs = 10_000;
const longestAnswer = 64 * 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly date: string | null;
  readonly text: string;
}

/** Speaks to the Alertmanager of the settings; `name` is the monitor's own, for faults. */
export function createAlertmanagerApi(
  name: string,
  settings: AlertmanagerSettings,
  network: Network,
): AlertmanagerApi {
  const base = new URL(settings.url);
  const authorization = authorizationOf(settings, base);
  // fetch refuses a URL with credentials, and its message would show them.
  base.username = '';
  base.password = '';
  const root = base.href.replace(/\/+$/, '');

  const call = async (
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Answer> => {
    const limit = timeLimit(answerWithinMs, signal);
    try {
      const response = await network.fetch(`${root}/api/v2/${path}`, {
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(authorization === undefined ? {} : { authorization }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: limit,
      });
      return {
        status: response.status,
        date: response.headers.get('date'),
        text: await readCapped(response),
      };
    } catch (thrown) {
      throw Fault.from(thrown, (_, cause) => {
        const reason = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
        const late = limit.aborted && !signal?.aborted;
        const detail = late ? `no answer within ${answerWithinMs / 1_000} s` : describe(reason);
        return new Fault('HOST_UNAVAILABLE', { monitor: name, detail }, cause);
      });
    }
  };
  const refusal = (method: string, path: string, status: number): Fault => {
    // Too early, too many and time-outs pass; every other 3xx and 4xx stays until somebody changes a setting.
    const passes = status >= 500 || status === 408 || status === 425 || status === 429;
    const detail = `Alertmanager answers ${status} to ${method} /api/v2/${path.replace(/\/.*/, '/…')}`;
    return new Fault(passes ? 'HOST_UNAVAILABLE' : 'HOST_REFUSED', { monitor: name, detail });
  };
  const read = <T>(schema: z.ZodType<T>, path: string, text: string): T => {
    try {
      return schema.parse(JSON.parse(text));
    } catch (cause) {
      const detail = `the answer to /api/v2/${path} is not what Alertmanager sends`;
      throw new Fault('HOST_UNAVAILABLE', { monitor: name, detail }, cause);
    }
  };
  const get = async <T>(schema: z.ZodType<T>, path: string, signal?: AbortSignal) => {
    const answer = await call('GET', path, undefined, signal);
    if (answer.status !== 200) throw refusal('GET', path, answer.status);
    return { value: read(schema, path, answer.text), date: answer.date };
  };

  const put: AlertmanagerApi['put'] = async (silence, id, signal) => {
    const body = { ...silence, ...(id === undefined ? {} : { id }) };
    const answer = await call('POST', 'silences', body, signal);
    if (answer.status === 404 && id !== undefined) return put(silence, undefined, signal);
    if (answer.status !== 200) throw refusal('POST', 'silences', answer.status);
    return read(putAnswer, 'silences', answer.text).silenceID;
  };

  return {
    alerts: async (signal) => (await get(alertsAnswer, 'alerts', signal)).value,
    upForMs: async (signal) => {
      const { value, date } = await get(statusAnswer, 'status', signal);
      // Alertmanager's own Date header: the clocks of two machines differ. Without one, it counts as just started.
      const nowMs = date === null ? Number.NaN : Date.parse(date);
      return Number.isNaN(nowMs) ? 0 : nowMs - value.uptime.getTime();
    },
    silences: async (signal) => (await get(z.array(silenceAnswer), 'silences', signal)).value,
    put,
    end: async (id, signal) => {
      const path = `silence/${encodeURIComponent(id)}`;
      const { status, text } = await call('DELETE', path, undefined, signal);
      // Alertmanager up to 0.25 answers 500 for a silence that it does not know.
      const unknown = status === 404 || (status === 500 && /not found|already expired/i.test(text));
      if (status !== 200 && !unknown) throw refusal('DELETE', path, status);
    },
  };
}

function authorizationOf(settings: AlertmanagerSettings, url: URL): string | undefined {
  if (settings.token !== undefined) return `Bearer ${settings.token}`;
  const username = settings.username ?? decodeURIComponent(url.username);
  const password = settings.password ?? decodeURIComponent(url.password);
  if (!username && !password) return undefined;
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

async function readCapped(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > longestAnswer) throw new Error(`the answer is longer than ${longestAnswer} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
