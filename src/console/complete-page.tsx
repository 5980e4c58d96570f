import type { SignedIn } from '../core/signed-in.js';
import { page } from './page.js';

/** The page that ends a sign-in: for which account, by whom, and what happens next. */
export function completePage(signIn: SignedIn & { readonly mailbox?: string }) {
  const { missingScopes: missing } = signIn;
  return page({
    title: 'Authentication complete',
    ...(missing.length > 0 ? {} : { tone: 'good' }),
    children: (
      <>
        <dl>
          <dt>Account</dt>
          <dd>
            {signIn.account}
            {signIn.mailbox && ` (${signIn.mailbox})`}
          </dd>
          <dt>Signed in as</dt>
          <dd>{signIn.user}</dd>
        </dl>
        {missing.length > 0 && (
          <p>
            But not everything was granted: {missing.join(', ')} is missing, and what needs it will be
            refused. Sign in again and accept it; if it was not asked for, add the permission to the
            application at the provider first.
          </p>
        )}
        <p>Mail that was waiting for this account leaves now, and replies to it are read again.</p>
        <p>{missing.length === 0 && 'Nothing else is to be done. '}You may close this window.</p>
      </>
    ),
  });
}
