import { LiquidError } from 'liquidjs';
import { describe, Fault } from '../../core/fault.js';

/**
 * What is wrong with a user's template: a `Fault` CONFIG_TEMPLATE that names the file and, where Liquid knows it,
 * the line. In a partial it is the partial that is named.
 */
export function templateFault(file: string, thrown: unknown): Fault {
  if (!(thrown instanceof LiquidError))
    return new Fault('CONFIG_TEMPLATE', { file, detail: describe(thrown) }, thrown);
  const { token, originalError } = thrown;
  const [line = 1] = token.getPosition();
  // Liquid appends the place to its message, which stands in the facts already.
  const message = describe(originalError ?? thrown).replace(/(, file:.*)?, line:\d+, col:\d+$/, '');
  return new Fault(
    'CONFIG_TEMPLATE',
    { file: token.file ?? file, line, detail: `line ${line}: ${message}` },
    thrown,
  );
}
