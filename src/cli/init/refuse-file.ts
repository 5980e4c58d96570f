import { describe } from '../../core/fault.js';
import { CommandError } from '../command-error.js';

/** Makes what throws why a file could not be written, as a `CommandError`. */
export function refuseFile(path: string): (thrown: unknown) => never {
  return (thrown) => {
    throw new CommandError(
      `${path} cannot be written: ${describe(thrown)}`,
      'Name a file in a folder that is there and that you may write to: ackmail init FILE',
      2,
    );
  };
}
