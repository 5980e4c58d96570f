import type { ConsoleDesk } from '../../core/console-desk.js';
import type { RecipientStatus } from '../../core/mail.js';
import type { HistoryEntry } from '../../core/store.js';
import { Moment } from '../frame/moment.js';
import { entryWords } from './entry-words.js';

/** What became of the mails that a thread names, by their ids. */
export type ThreadMails = ReadonlyMap<string, Readonly<Record<string, RecipientStatus>>>;

const mostNamed = 30;
const statusWords = {
  accepted: { words: 'accepted', tone: 'good' },
  pending: { words: 'not yet', tone: 'soft' },
  deferred: { words: 'put off', tone: 'warn' },
  rejected: { words: 'refused', tone: 'bad' },
  bounced: { words: 'came back', tone: 'bad' },
};

/** What happened to an alert, oldest first. */
export function AlertThread(parts: {
  readonly entries: readonly HistoryEntry[];
  readonly mails: ThreadMails;
  readonly firedAt: Date;
  readonly desk: ConsoleDesk;
}) {
  const { entries, mails, firedAt, desk } = parts;
  return (
    <ol class="thread">
      {entries.map((entry) => (
        <li>
          <div class="when">
            <Moment at={entry.at} desk={desk} />
          </div>
          {entry.kind === 'sent' ? (
            <Mail entry={entry} now={mails.get(String(entry['mail']))} />
          ) : (
            <Words {...{ entry, firedAt, desk }} />
          )}
        </li>
      ))}
    </ol>
  );
}

function Words(parts: { readonly entry: HistoryEntry; readonly firedAt: Date; readonly desk: ConsoleDesk }) {
  const { what, tone, comment, detail, until } = entryWords(parts.entry, parts.firedAt);
  return (
    <div>
      <span class={tone}>{what}</span>
      {until && (
        <>
          , until <Moment at={until} desk={parts.desk} />
        </>
      )}
      {comment && <blockquote>{comment}</blockquote>}
      {detail && <div class="soft">{detail}</div>}
    </div>
  );
}

/** A sending: how the server took it then, and what it said, where the mail is still on record. */
function Mail({
  entry,
  now = {},
}: {
  readonly entry: HistoryEntry;
  readonly now: Readonly<Record<string, RecipientStatus>> | undefined;
}) {
  const recipients = (['accepted', 'deferred', 'rejected'] as const).flatMap((status) =>
    [entry[status] ?? []].flat().map((name) => ({ name: String(name), status })),
  );
  const more = recipients.length - mostNamed;
  return (
    <div>
      {String(entry['action'])} mailed <cite>{String(entry['subject'])}</cite>
      <ul>
        {recipients.slice(0, mostNamed).map(({ name, status }) => {
          const later = now[name];
          const { words, tone } = statusWords[later?.status === 'bounced' ? 'bounced' : status];
          const reply = later?.status === status || later?.status === 'bounced' ? later.reply : undefined;
          return (
            <li>
              {name}: <span class={tone}>{words}</span>
              {reply && <span class="soft"> ({reply})</span>}
            </li>
          );
        })}
        {more > 0 && <li>and {more} more</li>}
      </ul>
    </div>
  );
}
