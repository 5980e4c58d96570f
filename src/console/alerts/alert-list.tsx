import type { Alert } from '../../core/alert.js';
import type { AlertPage, AlertTold } from '../../core/alert-desk.js';
import type { ConsoleDesk } from '../../core/console-desk.js';
import { Moment } from '../frame/moment.js';
import { Pager } from '../frame/pager.js';
import { alertQuery, type ListedAlerts } from './alert-query.js';
import { AlertTabs } from './alert-tabs.js';
import { alertTones } from './alert-tones.js';
import { ownerField } from './owner-field.js';
import { OwnerWords } from './owner-words.js';
import type { Typed } from './read-said.js';
import { SayFields } from './say-fields.js';
import { ToldWords } from './told-words.js';

/** What a list of alerts shows. */
export interface AlertListParts {
  readonly desk: ConsoleDesk;
  readonly base: string;
  readonly listed: ListedAlerts;
  readonly perPage: number;
  readonly found: AlertPage;
  readonly told: ReadonlyMap<string, readonly AlertTold[]>;
  readonly formToken: string;
  /** What a form said that could not be done. */
  readonly typed?: Typed;
}

/** Some of the alerts, a line each, and a form to acknowledge several. */
export function AlertList(parts: AlertListParts) {
  const { desk, base, listed, found, perPage, formToken, typed } = parts;
  const { alerts, total } = found;
  const isOver = listed.status === 'resolved';
  return (
    <>
      <AlertTabs {...{ base, listed, counts: found.counts }} />
      {alerts.length === 0 ? (
        <p>
          {listed.text === '' ? 'There are none.' : `None has “${listed.text}” in its labels or monitor.`}
        </p>
      ) : (
        <form class="card" method="post" action={`${base}/alerts/say${alertQuery.write(listed)}`}>
          <section class="table" tabindex={0} aria-label="List of alerts">
            <table class="stacked">
              <thead>
                <tr>
                  {!isOver && <th scope="col">Select</th>}
                  <th scope="col">Severity</th>
                  <th scope="col">Alert</th>
                  <th scope="col">Since</th>
                  <th scope="col">Told</th>
                  <th scope="col">{isOver ? 'Was acknowledged by' : 'Acknowledged by'}</th>
                </tr>
              </thead>
              <tbody>
                {alerts.map((alert) => (
                  <Row {...{ alert, parts }} />
                ))}
              </tbody>
            </table>
          </section>
          <Pager
            {...{ page: listed.page, perPage, total }}
            href={(page) => `${base}/alerts${alertQuery.write({ ...listed, page })}`}
          />
          {!isOver && (
            <fieldset>
              <legend>Those that are selected</legend>
              <SayFields {...{ typed, longestMs: desk.alerts.longestMs, formToken }} />
              <button class="first" type="submit" name="kind" value="acknowledge">
                Acknowledge selected
              </button>
            </fieldset>
          )}
        </form>
      )}
    </>
  );
}

function Row({ alert, parts }: { readonly alert: Alert; readonly parts: AlertListParts }) {
  const { desk, base, listed, told, typed } = parts;
  const { id, source, severity, startsAt, endsAt, status } = alert;
  const name = desk.alerts.nameOf(alert);
  return (
    <tr>
      {listed.status !== 'resolved' && (
        <td>
          <input
            type="checkbox"
            name="alert"
            value={id}
            aria-label={`Select ${name}`}
            checked={typed?.alertIds.includes(id)}
          />
          <ownerField.Field alert={alert} />
        </td>
      )}
      <td>
        <span class={`badge ${alertTones.severity(alert)}`}>{severity}</span>
      </td>
      <th scope="row">
        <a href={`${base}/alerts/${encodeURIComponent(id)}`}>{name}</a>
        <div class="soft">{source}</div>
      </th>
      <td data-label="Since">
        <Moment at={startsAt} desk={desk} />
        {status === 'resolved' && endsAt && (
          <div>
            resolved <Moment at={endsAt} desk={desk} />
          </div>
        )}
      </td>
      <td data-label="Told">
        <ToldWords told={told.get(id) ?? []} base={base} />
      </td>
      <td data-label="Acknowledged by">
        <OwnerWords {...{ alert, desk }} />
      </td>
    </tr>
  );
}
