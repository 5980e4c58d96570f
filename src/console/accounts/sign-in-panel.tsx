/** What a person needs to sign in for an account: the address, whom to sign in as, and what browsers get wrong. */
export function SignInPanel({
  account,
  person,
  url,
}: {
  readonly account: string;
  readonly person: string;
  readonly url: string;
}) {
  return (
    <section class="card" aria-label={`Sign-in for ${account}`}>
      <h2>Somebody has to sign in for {account}</h2>
      <p>
        Open this address and sign in as <strong>{person}</strong>:
      </p>
      <p>
        <code>{url}</code>
      </p>
      <p>
        <a class="button first" href={url} target="_blank" rel="noopener noreferrer">
          Open browser
        </a>{' '}
        <button type="button" aria-live="polite" data-copy={url}>
          Copy
        </button>
      </p>
      <p>
        Better copy it into a private window: by its cookies a browser may sign you in as somebody else,
        without asking. A sign-in as anybody but {person} is refused, and changes nothing.
      </p>
      <p>Leave this page open. It goes on by itself as soon as somebody has signed in.</p>
    </section>
  );
}
