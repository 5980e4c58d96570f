/** Who is signed in at the console. */
export interface Visitor {
  /** The name that an acknowledgement from the console gets as its author. */
  readonly name: string;
  /** What a form has to carry, as `token`, to show that it comes from a page of ours. */
  readonly formToken: string;
}

/**
 * What the routes of the console know of a request: `peer` is the IP address at the other end, where it is known;
 * `visitor` is on the pages behind the sign-in alone, and `form` is what a page of ours sent, its token checked.
 */
export type ConsoleEnv = {
  Bindings: { readonly peer?: string };
  Variables: { visitor: Visitor; form: URLSearchParams };
};
