import { page } from './page.js';

/** The page that ends a sign-in: for which account, by whom, and what happens next. */
export function completePage(signIn: {
  readonly account: string;
  readonly user: string;
  readonly mailbox?: string;
}) {
  return page({
    title: 'Authentication complete',
    tone: 'good',
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
        <p>Mail that was waiting for this account leaves now, and replies to it are read again.</p>
        <p>Nothing else is to be done. You may close this window.</p>
      </>
    ),
  });
}
