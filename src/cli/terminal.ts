import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../core/clock.js';

/** Everything outside that a command touches. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: string;
  /** Where somebody types, or what is piped in. */
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Colours and ticks are understood on standard output. */
  readonly rich: boolean;
  /** The same of standard error. Default: as standard output. */
  readonly richErrors?: boolean;
  /** How many columns standard output has; absent where it is no terminal, and nothing needs to be cut. */
  readonly columns?: number;
  /** A line on standard error can be written over: it is a terminal, and no dumb one. Default: false. */
  readonly live?: boolean;
  /** What goes wrong is said as JSON (`--json`). Default: false. */
  readonly json?: boolean;
  readonly clock: Clock;
  /** Who runs the command and on which machine, for the line to copy. */
  readonly login: { readonly user: string; readonly host: string };
  /** Takes these out of everything that is written to both outputs from now on. */
  hide(secrets: readonly string[]): void;
  /** Calls `listener` at SIGINT and SIGTERM, until what it answers is called. */
  onSignal(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
  /** Shows a page in the browser of the person at this machine; false when there is none. */
  openBrowser(url: string): boolean;
}
