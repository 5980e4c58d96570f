/** What the sign-in asks for; `problem` says why the last try was in vain. */
export interface SignInForm {
  readonly base: string;
  /** Whether the settings have names with passwords. */
  readonly hasUsers: boolean;
  /** The page that was asked for, as a path of ours. */
  readonly to: string;
  readonly name?: string;
  readonly problem?: string;
}

/** How one signs in: by name and password where the settings have some, and by the link of the command everywhere. */
export function SignInForm({ base, hasUsers, to, name, problem }: SignInForm) {
  return (
    <>
      {problem && (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
      {hasUsers && (
        <form method="post" action={`${base}/sign-in`}>
          <input type="hidden" name="to" value={to} />
          <label for="name">Name</label>
          <input id="name" name="name" value={name} autocomplete="username" required />
          <label for="password">Password</label>
          <input id="password" name="password" type="password" autocomplete="current-password" required />
          <p>
            <button class="first" type="submit">
              Sign in
            </button>
          </p>
        </form>
      )}
      <p class={hasUsers ? 'soft' : undefined}>
        {hasUsers ? 'Or run ' : 'Run '}
        <code>ackmail console</code> on the machine that Ackmail runs on, and open the link that it prints.
      </p>
    </>
  );
}
