import { setMaxListeners } from 'node:events';
import { createControl } from './console/control.js';
import { createConsole } from './console/create-console.js';
import { type Listening, listen } from './console/listen.js';
import { serveControl } from './console/serve-control.js';
import type { RaisedEvent } from './core/alert.js';
import { describe, Fault, type FaultCode } from './core/fault.js';
import type { HostReport, PluginInstance } from './core/host.js';
import { timeZoneOf } from './core/time-zone-of.js';
import { createDesk } from './plugin-desk.js';
import { readHealth } from './plugin-health.js';
import type { LastMail } from './plugin-last-mail.js';
import { createReporting } from './plugin-report.js';
import { readAccountStatuses, readStatus } from './plugin-status.js';
import { tellTemplates } from './plugin-templates.js';
import { testServer } from './plugin-test.js';
import type { OwnUpkeep } from './plugin-upkeep.js';
import type { Wiring } from './plugin-wiring.js';
import { renderReportHeader } from './reports/report-header.js';
import type { FileStore } from './store/file-store.js';
import type { Ownership, own } from './store/own.js';

/** What an instance is made of. */
export interface InstanceParts extends Wiring {
  readonly warnings: readonly string[];
  /** When the data directory was opened. */
  readonly openedAt: Date;
  readonly store: FileStore;
  readonly ownership: Ownership;
  readonly upkeep: OwnUpkeep;
  readonly lastMail: Pick<LastMail, 'load' | 'of'>;
  /** Hands over who serves the control socket. */
  onControl(serve: Parameters<typeof own>[1]): void;
}

const dayMs = 86_400_000;
const stopLimitMs = 9_000;
const untilRestart: readonly FaultCode[] = [
  'HOST_EVENT_LOST',
  'HOST_PART_ENDED',
  'STORE_DAMAGED',
  'STORE_UNWRITABLE',
];

/** Makes the plugin's face towards its host: start and stop, events, HTTP, the control socket. */
export function createInstance(parts: InstanceParts): PluginInstance {
  const { host, settings, accounts, tokens, pipeline, outbox, watch, systemErrors } = parts;
  const { clock, store, upkeep, metrics } = parts;
  const { hiding, log } = parts;
  const timeZone = timeZoneOf(settings);
  const stopping = new AbortController();
  // Each part listens to it: more than ten are no leak.
  setMaxListeners(100, stopping.signal);
  let running: Promise<unknown> = Promise.resolve();
  let listening: Listening | undefined;
  const ended = new Set<string>();
  let startedAt: Date | undefined;
  let stopped: Promise<void> | undefined;

  const reportHeader = () => renderReportHeader(systemErrors.list(), timeZone);
  /** Nobody waits for an event: what cannot be accepted is tried again while that may help, and then told. */
  const accept = async (events: RaisedEvent | readonly RaisedEvent[]) => {
    for (const delayMs of [1_000, 5_000, 30_000, 0]) {
      try {
        await pipeline.handle(events);
        return;
      } catch (thrown) {
        const fault = new Fault('HOST_EVENT_LOST', { host: host.name, detail: describe(thrown) }, thrown);
        log.error({ code: fault.code }, fault.message);
        const hopeless = thrown instanceof Fault && !thrown.transient;
        if (delayMs === 0 || hopeless || stopping.signal.aborted) return raise(fault);
      }
      await clock.until(new Date(clock.now().getTime() + delayMs), stopping.signal);
    }
  };
  /** One after another, or the end of an alert could overtake its beginning. */
  let accepting = Promise.resolve();
  const onAlert = (events: RaisedEvent | readonly RaisedEvent[]) => {
    accepting = accepting.then(() => accept(events));
  };
  const raise = ({ code, message, remedy }: Fault) =>
    systemErrors
      .raise({ code, subject: host.name, severity: 'critical', message, remedy })
      .catch((thrown: unknown) =>
        log.error({ detail: describe(thrown) }, 'A system error could not be raised.'),
      );
  const onReport = (report: HostReport) => {
    const { text } = reportHeader();
    if (text) report.header.unshift(...text.trimEnd().split('\n'));
  };
  const onAbort = () => void instance.stop();

  /** Whoever restarts has seen what an earlier run raised; what is still wrong is raised again. */
  async function clearSeen(): Promise<void> {
    for (const { code, subject, since } of systemErrors.list())
      if (untilRestart.includes(code) && since < parts.openedAt) await systemErrors.clear(code, subject);
  }

  async function purge(): Promise<void> {
    while (!stopping.signal.aborted) {
      const before = (retentionMs: number) => new Date(clock.now().getTime() - retentionMs);
      const { retention } = settings;
      try {
        await pipeline.purge(before(retention.alerts));
        await store.purge('mails', before(retention.mails));
        // What the monitor has not taken yet, or has not left, is named so.
        const isOpen = (name: string) => name.startsWith('open.');
        await store.purge('replies', before(retention.replies), isOpen);
        await store.purge('seen', before(retention.replies));
        await store.purge('answers', before(retention.replies), isOpen);
        await store.purge('history', before(retention.history));
      } catch (thrown) {
        log.warn(
          { detail: describe(thrown) },
          'What is past its time could not be removed; tried again tomorrow.',
        );
      }
      await clock.until(new Date(clock.now().getTime() + dayMs), stopping.signal);
    }
  }

  /** One part of the plugin; that it ends by a fault must not end the others, or the host. */
  const run = (name: string, part: Promise<void>) =>
    part.catch(async (thrown: unknown) => {
      const fault = new Fault('HOST_PART_ENDED', { part: name, detail: describe(thrown) }, thrown);
      log.error({ part: name }, fault.message);
      ended.add(name);
      await raise(fault);
    });

  const instance: PluginInstance = {
    async start() {
      if (settings.http.listen) listening = await listen(face.fetch, settings.http.listen);
      startedAt = clock.now();
      await clearSeen();
      await tellTemplates(parts);
      for (const warning of parts.warnings) log.warn({}, warning);
      const { signal } = stopping;
      void parts.lastMail.load();
      running = Promise.all([
        run('tokens', tokens.start(signal)),
        run('system errors', systemErrors.start(signal)),
        run('outbox', outbox.start(signal)),
        run('pipeline', pipeline.start(signal)),
        run('purge', purge()),
        ...(watch
          ? [
              run('acknowledgement', watch.acknowledgement.start(signal)),
              run('round trips', watch.startRoundTrips(signal)),
            ]
          : []),
        ...(reporting.startMails ? [run('report', reporting.startMails(signal))] : []),
        ...(parts.heartbeat ? [run('heartbeat', parts.heartbeat.start(signal))] : []),
      ]);
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
    handleAlerts: (events) => pipeline.handle(events),
    fetch: (request, connection) => face.fetch(request, connection),
    testServer: (account, signal = stopping.signal) => hiding.steps(testServer(account, signal, parts)),
    authorizationUrl: (account) => tokens.authorizationUrl(accounts.find(account).name),
    completeAuthorization: (callbackUrl) => tokens.complete(callbackUrl),
    reportHeader,
    status: async () => hiding.status(await readStatus({ ...parts, startedAt })),
    alerts: () => pipeline.list(),
  };

  async function stop(): Promise<void> {
    host.events.off('alert', onAlert);
    host.events.off('report', onReport);
    host.signal?.removeEventListener('abort', onAbort);
    stopping.abort();
    const closed = Promise.allSettled([running, listening?.close(), watch?.mailbox.close()]).then(() =>
      Promise.allSettled([...parts.actions.map(({ action }) => action.close()), parts.ways.close()]),
    );
    const limit = new AbortController();
    await Promise.race([closed, clock.until(new Date(clock.now().getTime() + stopLimitMs), limit.signal)]);
    limit.abort();
    await store.close();
    control.close();
    await upkeep.stop();
    await parts.ownership.close();
  }

  const reporting = createReporting({
    ...parts,
    timeZone,
    accountStatuses: () => readAccountStatuses(parts),
  });

  const face = createConsole({
    accounts: accounts.list.filter(({ login }) => login.grant !== 'password'),
    authorizationUrl: tokens.authorizationUrl,
    complete: tokens.complete,
    reportHeader,
    desk: createDesk({ ...parts, stopping: stopping.signal }, instance, reporting),
    health: () => readHealth({ ...parts, startedAt, ended, now: clock.now() }),
    metrics: metrics && (async () => metrics.render(await instance.status(), clock.now())),
    log,
    ...(host.fetch ? { monitors: host.fetch } : {}),
    ...(settings.http.publicUrl ? { publicUrl: settings.http.publicUrl } : {}),
    ...(settings.http.token ? { token: settings.http.token } : {}),
    ...(settings.http.listen ? { listen: settings.http.listen } : {}),
    ...(settings.http.users ? { users: settings.http.users } : {}),
    ...(settings.http.proxies ? { proxies: settings.http.proxies } : {}),
  });
  const controlled = {
    renewNow: tokens.renewNow,
    signInByDevice: (account: string, signal: AbortSignal) =>
      tokens.signInByDevice(account, AbortSignal.any([signal, stopping.signal])),
  };
  const control = serveControl(
    createControl({
      ...{ instance, tokens: controlled, upkeep, accounts: accounts.list },
      // Who owns the data directory for one command only answers no pages.
      mintLink: (name) => (startedAt ? face.mintLink(name) : undefined),
      report: reporting.render,
    }),
  );
  parts.onControl(control.onConnection);
  host.events.on('alert', onAlert);
  host.events.on('report', onReport);
  host.signal?.addEventListener('abort', onAbort, { once: true });
  if (host.signal?.aborted) onAbort();
  return instance;
}
