import type { Acknowledge } from './acknowledgement.js';
import type { RaisedEvent } from './alert.js';

/** Hands events to the pipeline; when it returns they are on disk for every action. Throws when they are not. */
export type Raise = (events: readonly RaisedEvent[]) => Promise<void>;

/** A path under `/monitors/NAME` that a bridge answers. */
export interface MonitorRoute {
  /** What follows `/monitors/NAME`: empty, or beginning with a slash. */
  readonly path: string;
  /** Answers a request whose secret and size were checked already. */
  handle(request: Request): Promise<Response>;
}

/** A bridge to a monitor that does not load plugins itself: alert events in, acknowledgements out. */
export interface Monitor {
  readonly name: string;
  readonly routes: readonly MonitorRoute[];
  /** Begins to watch the monitor, until `signal` is aborted; returns when that has ended. */
  start(raise: Raise, signal: AbortSignal): Promise<void>;
  /** Takes an acknowledgement into the monitor. */
  readonly apply: Acknowledge;
}
