import { describe, Fault } from '../core/fault.js';
import { isSystemError } from './is-system-error.js';

/**
 * Turns what the file system threw into the fault `STORE_UNWRITABLE` of the data directory.
 *
 * Anything that did not come from the system (it has no `code` and `syscall`) is handed back as it is.
 */
export function storeFault(thrown: unknown, dir: string): unknown {
  if (thrown instanceof Fault || !isSystemError(thrown)) return thrown;
  return new Fault('STORE_UNWRITABLE', { dir, detail: describe(thrown) }, thrown);
}
