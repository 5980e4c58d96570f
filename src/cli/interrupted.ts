import type { SignInEnd } from './sign-in-end.js';

/** The end of a waiting that a signal of the operating system broke off; its name is the reason. */
export function interrupted(interrupt: AbortSignal): SignInEnd {
  return { kind: 'interrupted', exitCode: interrupt.reason === 'SIGTERM' ? 143 : 130 };
}
