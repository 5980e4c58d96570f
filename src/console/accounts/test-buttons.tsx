import type { AccountSheet } from '../../core/account-sheet.js';

/** The buttons that test an account, and how replies get through, each with what it does. */
export function TestButtons({
  sheet,
  base,
  formToken,
  roundTrip,
}: {
  readonly sheet: Pick<AccountSheet, 'account' | 'sends'>;
  readonly base: string;
  readonly formToken: string;
  /** Whether replies are read at all. */
  readonly roundTrip: boolean;
}) {
  const path = `${base}/accounts/${encodeURIComponent(sheet.account)}`;
  return (
    <>
      <form method="post" action={`${path}/test`}>
        <input type="hidden" name="token" value={formToken} />
        <p>
          <button type="submit" class="first">
            Test Server: {sheet.account}
          </button>{' '}
          <span class="soft">
            {sheet.sends
              ? 'Connects, logs in and sends a real mail to its own mailbox.'
              : 'Connects and logs in.'}
          </span>
        </p>
      </form>
      {roundTrip && sheet.sends && (
        <form method="post" action={`${path}/round-trip`}>
          <input type="hidden" name="token" value={formToken} />
          <p>
            <button type="submit">Round trip: {sheet.account}</button>{' '}
            <span class="soft">Sends a mail to the watched mailbox, answers it, and reads the answer.</span>
          </p>
        </form>
      )}
    </>
  );
}
