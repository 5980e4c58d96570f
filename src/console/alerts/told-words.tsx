import type { AlertTold } from '../../core/alert-desk.js';
import type { RecipientStatus } from '../../core/mail.js';

const mostNamed = 2;
const missed = {
  bounced: 'came back from',
  rejected: 'refused for',
  deferred: 'put off for',
  pending: 'not yet to',
};

/** By which actions people were told of an alert, in short: whom, and whether it arrived. */
export function ToldWords({ told, base }: { readonly told: readonly AlertTold[]; readonly base: string }) {
  if (told.length === 0) return <span class="soft">Nobody</span>;
  return (
    <>
      {told.map((each) => (
        <div>
          <b>{each.action}</b>: <OneTold told={each} base={base} />
        </div>
      ))}
    </>
  );
}

function OneTold({ told, base }: { readonly told: AlertTold; readonly base: string }) {
  const { action, at, waits, recipients = {} } = told;
  const names = (status: RecipientStatus['status']) =>
    Object.keys(recipients).filter((name) => recipients[name]?.status === status);
  const has = names('accepted');
  const hasNot = (['bounced', 'rejected', 'deferred', 'pending'] as const).flatMap((status) => {
    const missing = names(status);
    return missing.length > 0 ? [`${missed[status]} ${inShort(missing)}`] : [];
  });
  const words = has.length > 0 ? `mailed to ${inShort(has)}` : at && hasNot.length === 0 ? 'told' : '';
  return (
    <>
      {words}
      {hasNot.map((text, index) => (
        <>
          {(words !== '' || index > 0) && '; '}
          <span class="bad">{text}</span>
        </>
      ))}
      {waits && (
        <>
          {(words !== '' || hasNot.length > 0) && '; '}
          <a href={`${base}/outbox?action=${encodeURIComponent(action)}`}>waits</a>
        </>
      )}
    </>
  );
}

function inShort(names: readonly string[]): string {
  const more = names.length - mostNamed;
  if (more <= 1) return names.join(', ');
  return `${names.slice(0, mostNamed).join(', ')} and ${more} more`;
}
