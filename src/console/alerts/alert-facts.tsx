import type { Alert } from '../../core/alert.js';
import type { ConsoleDesk } from '../../core/console-desk.js';
import { formatDuration } from '../../core/duration.js';
import { Moment } from '../frame/moment.js';
import { webAddress } from '../frame/web-address.js';
import { alertTones } from './alert-tones.js';
import { OwnerWords } from './owner-words.js';

/** Everything that is known of one alert now. */
export function AlertFacts({ alert, desk }: { readonly alert: Alert; readonly desk: ConsoleDesk }) {
  const { severity, status, source, startsAt, endsAt, labels, annotations } = alert;
  const url = webAddress(alert.url);
  return (
    <section class="card" aria-label="The alert">
      <dl class="facts">
        <dt>Status</dt>
        <dd>
          <span class={`badge ${alertTones.status(alert)}`}>{status}</span>{' '}
          <span class={`badge ${alertTones.severity(alert)}`}>{severity}</span>
        </dd>
        <dt>Since</dt>
        <dd>
          <Moment at={startsAt} desk={desk} />
        </dd>
        {status === 'resolved' && endsAt && (
          <>
            <dt>Resolved</dt>
            <dd>
              <Moment at={endsAt} desk={desk} /> after {formatDuration(endsAt.getTime() - startsAt.getTime())}
            </dd>
          </>
        )}
        <dt>{status === 'resolved' ? 'Was acknowledged by' : 'Acknowledged by'}</dt>
        <dd>
          <OwnerWords {...{ alert, desk }} />
        </dd>
        <dt>Monitor</dt>
        <dd>
          {source}
          {url && (
            <>
              {', '}
              <a href={url} rel="noopener noreferrer">
                see it there
              </a>
            </>
          )}
        </dd>
      </dl>
      <Texts title="Annotations" texts={annotations} />
      <Texts title="Labels" texts={labels} />
    </section>
  );
}

function Texts({
  title,
  texts,
}: {
  readonly title: string;
  readonly texts: Readonly<Record<string, string>>;
}) {
  const all = Object.entries(texts);
  if (all.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <dl class="facts">
        {all.map(([name, text]) => {
          const link = webAddress(text);
          return (
            <>
              <dt>{name}</dt>
              <dd class="text">
                {link ? (
                  <a href={link} rel="noopener noreferrer">
                    {text}
                  </a>
                ) : (
                  text
                )}
              </dd>
            </>
          );
        })}
      </dl>
    </>
  );
}
