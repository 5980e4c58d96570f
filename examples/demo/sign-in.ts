import { alertsMailbox, type Lab } from '../../test/helpers/lab.js';

/**
 * Signs in as the person does: walks the forms of the authorization server, and opens the address that it sends the
 * browser back to, which is Ackmail's own. Answers the title of the page at the end.
 */
export async function signIn(lab: Lab, authorizationUrl: string): Promise<string> {
  const callback = await lab.authorization.signIn(authorizationUrl, alertsMailbox);
  const page = await (await fetch(callback)).text();
  const title = /<h1[^>]*>([^<]*)</.exec(page)?.[1] ?? 'a page without a title';
  if (title !== 'Authentication complete') throw new Error(`The sign-in ended on: ${title}`);
  return title;
}
