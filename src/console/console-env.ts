import type { RequestOrigin } from './request-origin.js';

/** Who is signed in at the console. */
export interface Visitor {
  /** The name that an acknowledgement from the console gets as its author. */
  readonly name: string;
  /** What a form has to carry, as `token`, to show that it comes from a page of ours. */
  readonly formToken: string;
}

/** What the routes of the console know of a request; `visitor` on the pages behind the sign-in alone. */
export type ConsoleEnv = {
  Bindings: { readonly origin: RequestOrigin; readonly peer?: string };
  Variables: { visitor: Visitor };
};
