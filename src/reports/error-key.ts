import type { FaultCode } from '../core/fault.js';

/** What names an error: there is one of a code and a subject. */
export function errorKey({ code, subject }: { readonly code: FaultCode; readonly subject: string }): string {
  return `${code}/${subject}`;
}
