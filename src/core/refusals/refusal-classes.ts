import type { RefusalClass } from './refusal-meaning.js';

/** What each class of refusals comes to: a title, and what to do where a refusal has no remedy of its own. */
export const refusalClasses: Readonly<
  Record<RefusalClass, { readonly title: string; readonly remedy: string }>
> = {
  transient: {
    title: 'passes by itself',
    remedy:
      "Nothing now; it is tried again by itself. If it lasts, check the network, the proxy and the provider's status page.",
  },
  'sign-in': {
    title: 'a person must sign in',
    remedy:
      'Open the authorization URL and sign in as {user}; use a private window if the browser signs you in as somebody else.',
  },
  administrator: {
    title: 'an administrator must change something',
    remedy: 'Check the client in the settings and its registration at the provider.',
  },
  ours: {
    title: 'the request was wrong, or came at the wrong time',
    remedy: 'Start again with the authorization URL; if it comes again, report it with this text.',
  },
};
