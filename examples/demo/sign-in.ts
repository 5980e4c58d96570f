import { alertsMailbox, type Lab } from '../../test/helpers/lab.js';
import { browse } from './browse.js';

/** Signs in as the one who may. Answers the title of the page at the end. */
export async function signIn(lab: Lab, authorizationUrl: string): Promise<string> {
  const { title } = await browse(lab, authorizationUrl, alertsMailbox);
  if (title !== 'Authentication complete') throw new Error(`The sign-in ended on: ${title}`);
  return title;
}
