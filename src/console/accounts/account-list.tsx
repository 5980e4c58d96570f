import type { ConsoleDesk } from '../../core/console-desk.js';
import type { AccountStatus } from '../../core/status.js';
import { AccountFacts } from './account-facts.js';

/** All accounts, each in one glance. */
export function AccountList({
  accounts,
  desk,
  base,
}: {
  readonly accounts: readonly AccountStatus[];
  readonly desk: ConsoleDesk;
  readonly base: string;
}) {
  return (
    <>
      {accounts.map((account) => {
        const sheet = desk.sheets.find((each) => each.account === account.account);
        if (!sheet) return null;
        return (
          <section class="card" aria-label={account.account}>
            <h2>
              <a href={`${base}/accounts/${encodeURIComponent(account.account)}`}>{account.account}</a>{' '}
              <span class="soft">{sheet.provider}</span>
            </h2>
            <AccountFacts account={account} sheet={sheet} desk={desk} />
          </section>
        );
      })}
    </>
  );
}
