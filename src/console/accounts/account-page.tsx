import type { AccountSheet, SheetGroup } from '../../core/account-sheet.js';
import type { ConsoleDesk } from '../../core/console-desk.js';
import type { AccountStatus } from '../../core/status.js';
import { AccountFacts } from './account-facts.js';
import { TestButtons } from './test-buttons.js';

/** One account: how it is doing, its tests, its settings, the redirect URL and what is done at the provider. */
export function AccountPage(parts: {
  readonly account: AccountStatus;
  readonly sheet: AccountSheet;
  readonly desk: ConsoleDesk;
  readonly base: string;
  readonly formToken: string;
}) {
  const { account, sheet, desk, base, formToken } = parts;
  const others = new Set(sheet.uses.flatMap(({ other }) => other ?? []));
  const tested = [sheet, ...desk.sheets.filter((each) => others.has(each.account))];
  return (
    <>
      <section class="card" aria-label="State">
        <AccountFacts account={account} sheet={sheet} desk={desk} />
      </section>
      <section class="card" aria-labelledby="tests">
        <h2 id="tests">Test Server</h2>
        {tested.map((each) => (
          <TestButtons
            {...{ base, formToken }}
            sheet={each}
            roundTrip={desk.roundTrip !== undefined && each.account === sheet.account}
          />
        ))}
        {tested.length > 1 && (
          <p>
            {sheet.uses.flatMap(({ action, as, other }) =>
              other === undefined
                ? []
                : `The action ${action} sends by ${as === 'primary' ? account.account : other}, and by ${as === 'primary' ? other : account.account} while that fails. `,
            )}
          </p>
        )}
      </section>
      <div class="beside">
        <section class="card" aria-labelledby="settings">
          <h2 id="settings">Settings</h2>
          <p class="soft">
            As they were when Ackmail started. They are changed in the settings file, and hold after a
            restart.
          </p>
          {sheet.groups.map((group) => (
            <Group group={group} />
          ))}
          {sheet.redirect && (
            <>
              <h3>{sheet.redirect.label}</h3>
              <p>Register this address at the provider, to the letter.</p>
              <p>
                <code>{sheet.redirect.value}</code>{' '}
                <button type="button" aria-live="polite" data-copy={sheet.redirect.value}>
                  Copy
                </button>{' '}
                <span class="soft">({sheet.redirect.from})</span>
              </p>
            </>
          )}
        </section>
        <section class="card" aria-labelledby="guide">
          <h2 id="guide">What is done at the provider</h2>
          <p class="soft">{sheet.provider}</p>
          <ol>
            {sheet.guide.map((step) => (
              <li>{step}</li>
            ))}
          </ol>
          <p class="soft">
            More, and what each wrong step looks like: <code>{sheet.guidePage}</code> in the package of
            Ackmail.
          </p>
        </section>
      </div>
    </>
  );
}

function Group({ group: { title, fields } }: { readonly group: SheetGroup }) {
  return (
    <>
      <h3>{title}</h3>
      <dl class="facts">
        {fields.map(({ label, value, from }) => (
          <>
            <dt>{label}</dt>
            <dd>
              {value} <span class="soft">({from})</span>
            </dd>
          </>
        ))}
      </dl>
    </>
  );
}
