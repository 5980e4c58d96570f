import type { Alert } from '../../core/alert.js';
import type { ConsoleDesk } from '../../core/console-desk.js';
import { Moment } from '../frame/moment.js';

const longestComment = 300;

/** Who has an alert, since when, until when, and what they wrote; or who gave it back. */
export function OwnerWords({ alert, desk }: { readonly alert: Alert; readonly desk: ConsoleDesk }) {
  const { owner, givenBack, status } = alert;
  if (givenBack)
    return (
      <>
        Nobody: <b>{givenBack.author}</b> gave it back <Moment at={givenBack.at} desk={desk} />
        <Comment text={givenBack.comment} />
      </>
    );
  if (!owner) return <span class="soft">Nobody</span>;
  const until = owner.expiresAt ? <Moment at={owner.expiresAt} desk={desk} /> : 'it is resolved';
  return (
    <>
      <b>{owner.author}</b> since <Moment at={owner.at} desk={desk} />
      {status === 'acknowledged' && <>, until {until}</>}
      <Comment text={owner.comment} />
    </>
  );
}

function Comment({ text }: { readonly text: string }) {
  if (text === '') return null;
  return <div>“{text.length > longestComment ? `${text.slice(0, longestComment)}…` : text}”</div>;
}
