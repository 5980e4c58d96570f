import type { Log } from '../../src/core/host.js';

/** A log that says nothing. */
export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
