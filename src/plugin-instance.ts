import { createControl } from './console/control.js';
import { createConsole } from './console/create-console.js';
import { type Listening, listen } from './console/listen.js';
import { serveControl } from './console/serve-control.js';
import type { RaisedEvent } from './core/alert.js';
import { describe } from './core/fault.js';
import type { HostReport, PluginInstance } from './core/host.js';
import type { Store } from './core/store.js';
import { readStatus } from './plugin-status.js';
import { testServer } from './plugin-test.js';
import type { Wiring } from './plugin-wiring.js';
import { renderReportHeader } from './reports/report-header.js';
import type { Ownership, own } from './store/own.js';

/** What an instance is made of. */
export interface InstanceParts extends Wiring {
  readonly warnings: readonly string[];
  readonly store: Store;
  readonly ownership: Ownership;
  /** Hands over who serves the control socket. */
  onControl(serve: Parameters<typeof own>[1]): void;
}

const dayMs = 86_400_000;
const stopLimitMs = 9_000;

/** Makes the plugin's face towards its host: start and stop, events, HTTP, the control socket. */
export function createInstance(parts: InstanceParts): PluginInstance {
  const { host, settings, accounts, tokens, pipeline, outbox, watch, systemErrors, clock, store } = parts;
  const { log } = host;
  const timeZone = settings.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  let listening: Listening | undefined;
  let startedAt: Date | undefined;
  let stopped: Promise<void> | undefined;

  const reportHeader = () => renderReportHeader(systemErrors.list(), timeZone);
  const onAlert = (events: RaisedEvent | readonly RaisedEvent[]) => {
    pipeline.handle(events).catch((thrown: unknown) => {
      log.error({ detail: describe(thrown) }, 'Alert events of the host could not be accepted.');
    });
  };
  const onReport = (report: HostReport) => {
    const { text } = reportHeader();
    if (text) report.header.unshift(...text.trimEnd().split('\n'));
  };
  const onAbort = () => void instance.stop();

  async function purge(): Promise<void> {
    while (!stopping.signal.aborted) {
      const before = (retentionMs: number) => new Date(clock.now().getTime() - retentionMs);
      const { retention } = settings;
      try {
        await pipeline.purge(before(retention.alerts));
        await store.purge('mails', before(retention.mails));
        await store.purge('replies', before(retention.replies));
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
    part.catch((thrown: unknown) => log.error({ part: name, detail: describe(thrown) }, 'A part ended.'));

  const instance: PluginInstance = {
    async start() {
      if (settings.http.listen) listening = await listen(face.fetch, settings.http.listen);
      startedAt = clock.now();
      for (const warning of parts.warnings) log.warn({}, warning);
      const { signal } = stopping;
      running = Promise.all([
        run('tokens', tokens.start(signal)),
        run('outbox', outbox.start(signal)),
        run('pipeline', pipeline.start(signal)),
        run('purge', purge()),
        ...(watch ? [run('acknowledgement', watch.acknowledgement.start(signal))] : []),
      ]);
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
    handleAlerts: (events) => pipeline.handle(events),
    fetch: (request) => face.fetch(request),
    testServer: (account, signal = stopping.signal) => testServer(account, signal, parts),
    authorizationUrl: (account) => tokens.authorizationUrl(accounts.find(account).name),
    completeAuthorization: (callbackUrl) => tokens.complete(callbackUrl),
    reportHeader,
    status: () => readStatus({ ...parts, startedAt }),
    alerts: () => pipeline.list(),
  };

  async function stop(): Promise<void> {
    host.events.off('alert', onAlert);
    host.events.off('report', onReport);
    host.signal?.removeEventListener('abort', onAbort);
    stopping.abort();
    const closed = Promise.allSettled([running, listening?.close(), watch?.mailbox.close()]).then(() =>
      Promise.allSettled([...parts.transports.values()].map((transport) => transport.close())),
    );
    const limit = new AbortController();
    await Promise.race([closed, clock.until(new Date(clock.now().getTime() + stopLimitMs), limit.signal)]);
    limit.abort();
    await store.close();
    control.close();
    await parts.ownership.close();
  }

  const face = createConsole({
    accounts: accounts.list.filter(({ login }) => login.grant !== 'password'),
    authorizationUrl: tokens.authorizationUrl,
    complete: tokens.complete,
    reportHeader,
    health: () => (startedAt ? { ok: true, detail: 'running' } : { ok: false, detail: 'not started' }),
    log,
    ...(host.fetch ? { monitors: host.fetch } : {}),
    ...(settings.http.publicUrl ? { publicUrl: settings.http.publicUrl } : {}),
    ...(settings.http.listen ? { listen: settings.http.listen } : {}),
  });
  const control = serveControl(createControl({ instance, accounts: accounts.list }));
  parts.onControl(control.onConnection);
  host.events.on('alert', onAlert);
  host.events.on('report', onReport);
  host.signal?.addEventListener('abort', onAbort, { once: true });
  return instance;
}
