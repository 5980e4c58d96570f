import { z } from 'zod';
import { storedAlert } from '../actions/stored-alert.js';
import type { Alert } from '../core/alert.js';
import type { DeviceStep } from '../core/device-step.js';
import { Fault, isFaultCode } from '../core/fault.js';
import type { SignedIn } from '../core/signed-in.js';
import type { ReportFormat, ReportSpan } from '../core/status-report.js';
import type { Upkeep } from '../core/upkeep.js';
import { CommandError } from './command-error.js';
import type { SocketFetch, SocketRequest } from './socket-fetch.js';
import { upkeepClient } from './upkeep-client.js';
import { type WireAccount, type WireStatus, wireAccountSchema, wireStatusSchema } from './wire-status.js';

/** A sign-in that has begun. */
export interface BegunSignIn {
  readonly url: string;
  readonly user: string;
  readonly mailbox: string;
  readonly redirectUri: string;
}

/** One step of a test, as it comes over the control socket. */
export type WireStep = z.infer<typeof stepSchema>;

/**
 * What the command asks of the process that owns the data directory.
 *
 * Everything throws the `Fault` that the owner threw, or a `CommandError` when it cannot do what is asked.
 */
export interface ControlClient {
  status(): Promise<WireStatus>;
  account(name: string): Promise<WireAccount>;
  /** An alert by its id, open or resolved not long ago. */
  alert(id: string): Promise<Alert>;
  beginSignIn(account: string): Promise<BegunSignIn>;
  complete(callbackUrl: string): Promise<SignedIn>;
  /** Signs in by a device code, which comes as the first step. */
  signInByDevice(account: string, signal: AbortSignal): AsyncIterable<DeviceStep>;
  /** Asks for an access token, and answers until when it is good. */
  renew(account: string): Promise<Date>;
  test(account: string, signal: AbortSignal): AsyncIterable<WireStep>;
  /** A status report in one of its forms. */
  report(span: ReportSpan, format: ReportFormat): Promise<string>;
  /** The address that signs somebody in at the console, once. */
  consoleLink(name: string): Promise<string>;
  readonly upkeep: Required<Upkeep>;
}

const begunSchema = z.object({
  url: z.string(),
  user: z.string(),
  mailbox: z.string(),
  redirectUri: z.string(),
});
const signedInSchema = z.object({
  account: z.string(),
  user: z.string(),
  missingScopes: z.array(z.string()).default([]),
});
const date = z.iso.datetime().transform((text) => new Date(text));
const renewedSchema = z.object({ expiresAt: date });
const deviceStepSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('code'), userCode: z.string(), verificationUrl: z.string(), expiresAt: date }),
  signedInSchema.extend({ step: z.literal('signed-in') }),
]);
const stepSchema = z.looseObject({
  server: z.string(),
  step: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  ms: z.number().exactOptional(),
  remedy: z.string().exactOptional(),
  authorizationUrl: z.string().exactOptional(),
});
const linkSchema = z.object({ url: z.url() });
const faultSchema = z.object({
  fault: z.object({ code: z.string(), facts: z.record(z.string(), z.union([z.string(), z.number()])) }),
});
const errorSchema = z.object({ error: z.string(), remedy: z.string().optional() });

/** Speaks with the routes of `createControl`, over whatever `fetch` leads there. */
export function createControlClient(fetch: SocketFetch): ControlClient {
  const ask = async (method: 'GET' | 'POST', path: string, init: SocketRequest = {}) => {
    const answer = await fetch(path, { ...init, method });
    if (!answer.ok) throw failure(await answer.text());
    return answer;
  };
  async function* read<T>(schema: z.ZodType<T>, answer: Promise<Response>): AsyncIterable<T> {
    for await (const line of lines(await answer)) {
      const step = schema.safeParse(JSON.parse(line));
      if (!step.success) throw failure(line);
      yield step.data;
    }
  }
  const steps = <T>(schema: z.ZodType<T>, path: string, signal: AbortSignal) =>
    read(schema, ask('POST', path, { signal }));
  const named = (path: string, account: string) => `${path}/${encodeURIComponent(account)}`;
  return {
    status: async () => wireStatusSchema.parse(await (await ask('GET', '/status')).json()),
    account: async (name) =>
      wireAccountSchema.parse(await (await ask('GET', named('/authorized', name))).json()),
    alert: async (id) => storedAlert.parse(await (await ask('GET', named('/alerts', id))).json()),
    beginSignIn: async (name) =>
      begunSchema.parse(await (await ask('POST', named('/authorize', name))).json()),
    complete: async (body) => signedInSchema.parse(await (await ask('POST', '/complete', { body })).json()),
    signInByDevice: (name, signal) => steps(deviceStepSchema, named('/device', name), signal),
    renew: async (name) =>
      renewedSchema.parse(await (await ask('POST', named('/renew', name))).json()).expiresAt,
    test: (name, signal) => steps(stepSchema, named('/test', name), signal),
    report: async ({ from, to }, format) =>
      (await ask('GET', `/report?from=${from.toISOString()}&to=${to.toISOString()}&format=${format}`)).text(),
    consoleLink: async (name) =>
      linkSchema.parse(await (await ask('POST', named('/console-link', name))).json()).url,
    upkeep: upkeepClient({
      get: async (path) => (await ask('GET', path)).json(),
      post: async (path, body) =>
        (await ask('POST', path, body ? { body: JSON.stringify(body) } : {})).json(),
      send: async (path, body) => (await ask('POST', path, { body })).json(),
      steps,
      lines: (schema, path) => read(schema, ask('GET', path)),
    }),
  };
}

function failure(text: string): Error {
  const value = parseJson(text);
  const fault = faultSchema.safeParse(value).data?.fault;
  if (fault && isFaultCode(fault.code)) return new Fault(fault.code, fault.facts);
  const { error, remedy } = errorSchema.safeParse(value).data ?? {};
  return new CommandError(
    error ?? `The Ackmail that runs answered: ${text.slice(0, 200)}`,
    remedy ?? 'If the command is newer than the Ackmail that runs, restart that; its log may say more.',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function* lines(answer: Response): AsyncIterable<string> {
  if (!answer.body) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of answer.body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}
