import { createRequire } from 'node:module';
import { z } from 'zod';

const debugLibrary = z.custom<{
  enabled(namespace: string): boolean;
  enable(namespaces: string): void;
  disable(): string;
}>((value) => typeof value === 'function');

/** Takes simple-oauth2 out of what the environment variable DEBUG names: it would print secrets and tokens. */
export function silenceLibrary(): void {
  const require = createRequire(createRequire(import.meta.url).resolve('simple-oauth2'));
  const debug = debugLibrary.parse(require('debug'));
  if (debug.enabled('simple-oauth2:client')) debug.enable(`${debug.disable()},-simple-oauth2:*`);
}
