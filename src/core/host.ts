import type { Acknowledge, Acknowledgement, AcknowledgeOutcome } from './acknowledgement.js';
import type { Alert, RaisedEvent } from './alert.js';
import type { RaiseOutcome } from './pipeline.js';
import type { ReportHeader } from './report.js';
import type { TestStep } from './server-test.js';
import type { SignedIn } from './signed-in.js';
import type { Status } from './status.js';
import type { SystemError } from './system-error.js';

/** Where a host's log lines go; pino and console fit. */
export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** What happened to one mail or call, for observers. */
export interface Delivery {
  readonly action: string;
  readonly eventIds: readonly string[];
  readonly alertIds: readonly string[];
  /** `given-up`: it has waited too long, and is not tried any more. */
  readonly status: 'delivered' | 'deferred' | 'given-up';
  /** When the first of the events was due. */
  readonly dueAt: Date;
  readonly detail?: string;
}

/** The report of a host, as it goes by the `report` event: the plugin puts lines at the top of `header`. */
export interface HostReport {
  readonly header: string[];
}

/** The events of `host.events`, with their arguments. The first two go to the plugin, the others come from it. */
export interface HostEvents {
  /** Alert events, the same as `PluginInstance.handleAlerts`; what goes wrong is logged and raised as a system error. */
  alert: [events: RaisedEvent | readonly RaisedEvent[]];
  /** A report is made: the active system errors are put at the top of `report.header`, before this returns. */
  report: [report: HostReport];
  acknowledgement: [acknowledgement: Acknowledgement, outcome: AcknowledgeOutcome];
  'system-error': [error: SystemError];
  'system-error-cleared': [error: SystemError];
  delivery: [delivery: Delivery];
}

/** As much of an event emitter as the plugin needs: eventemitter3's and Node's both fit. */
export interface HostEventEmitter {
  // biome-ignore lint/suspicious/noExplicitAny: both emitters declare their listeners so; HostEvents has the types
  on(event: string, listener: (...args: any[]) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: see above
  off(event: string, listener: (...args: any[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
}

/** The monitoring framework, as the plugin sees it. */
export interface MonitorHost {
  readonly apiVersion: 1;
  readonly name: string;
  /** The settings as the user wrote them; checked by the plugin. */
  readonly settings: unknown;
  /** The folder that relative paths in the settings start from. Default: the working directory. */
  readonly settingsDir?: string;
  /**
   * Says where a setting was written, such as `ackmail.yaml:12`; the path holds keys and indexes from the top of
   * `settings`. The console shows it beside the settings; absent: it names the settings and no place.
   */
  readonly settingsSource?: (path: readonly (string | number)[]) => string | undefined;
  /** A folder of the plugin's own. */
  readonly dataDir: string;
  readonly log: Log;
  /** Aborted when the host goes down; the same as `PluginInstance.stop`. */
  readonly signal?: AbortSignal;
  readonly events: HostEventEmitter;
  /** Takes an acknowledgement into the monitor; may be called again with the same `source`. */
  readonly acknowledge: Acknowledge;
  /** Answers requests under `/monitors/` that reach the plugin's own address; absent when the host has none. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Runs a task while the files that the host itself keeps in `dataDir` stand still; absent when it keeps none there. */
  readonly settled?: <T>(task: () => Promise<T>) => Promise<T>;
  /** Told when a system error begins to stand and when it is cleared. */
  readonly reportSystemError?: (error: SystemError, change: 'raised' | 'cleared') => Promise<void> | void;
}

/** The plugin, wired to a host. */
export interface PluginInstance {
  /** Begins to send and to watch for replies. */
  start(): Promise<void>;
  /** Ends everything in at most ten seconds and loses nothing. */
  stop(): Promise<void>;
  /** Accepts alert events: when it returns they are on disk for every action. Throws a `Fault` when they are not. */
  handleAlerts(events: readonly RaisedEvent[]): Promise<readonly RaiseOutcome[]>;
  /**
   * Answers everything HTTP: the authorization callback, /authorize/ACCOUNT, /healthz, /metrics, /report-header and the
   * pages of the console. `peer` is the IP address at the other end of the connection, which `http.proxies` and the
   * limit of wrong passwords go by.
   */
  fetch(request: Request, connection?: { readonly peer?: string }): Promise<Response>;
  /** Tests a mail account step by step, ending with a real mail to its own mailbox. */
  testServer(account: string, signal?: AbortSignal): AsyncIterable<TestStep>;
  /**
   * Where a person signs in for an account with a browser; obtainable in every state. Throws a `Fault`,
   * OAUTH_NO_PAGE where its grant knows no such thing.
   */
  authorizationUrl(account: string): Promise<string>;
  /** Finishes a sign-in with the URL that the browser ended on; answers who signed in. Throws a `Fault`. */
  completeAuthorization(callbackUrl: string): Promise<SignedIn>;
  /** The active system errors, for the top of a report. */
  reportHeader(): ReportHeader;
  status(): Promise<Status>;
  /** The alerts that are open, and those that were resolved within `retention.alerts` of the settings. */
  alerts(): readonly Alert[];
}
