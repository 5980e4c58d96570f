import type { Lab } from '../../test/helpers/lab.js';

/** The page that a sign-in ends on, as a person reads it. */
export interface LastPage {
  readonly title: string;
  readonly text: string;
}

/**
 * Signs in as the person does: walks the forms of the authorization server as `user`, and opens the address that
 * it sends the browser back to, which is Ackmail's own.
 */
export async function browse(lab: Lab, authorizationUrl: string, user: string): Promise<LastPage> {
  const callback = await lab.authorization.signIn(authorizationUrl, user);
  const page = await (await fetch(callback)).text();
  const title = /<h1[^>]*>([^<]*)</.exec(page)?.[1] ?? 'a page without a title';
  const [, text = ''] = /<p>([^<]*)</.exec(page) ?? [];
  return { title, text };
}
