import type { ConsoleDesk } from '../../core/console-desk.js';
import type { WaitingDetail, WaitingEvent } from '../../core/waiting.js';
import { Moment } from '../frame/moment.js';
import { Pager } from '../frame/pager.js';
import { stateOf } from './listed-waiting.js';
import { type ListedWaiting, outboxQuery } from './outbox-query.js';
import { stateWords } from './state-words.js';
import { WhatWords } from './what-words.js';

/** What a list of what waits shows. */
export interface OutboxListParts {
  readonly desk: ConsoleDesk;
  readonly base: string;
  readonly listed: ListedWaiting;
  readonly events: readonly WaitingEvent[];
  readonly details: ReadonlyMap<string, WaitingDetail>;
  /** How many there are in all that the address asks for. */
  readonly total: number;
  readonly perPage: number;
  readonly formToken: string;
}

/** Some of what waits, a line each, and the buttons that try or drop it. */
export function OutboxList(parts: OutboxListParts) {
  const { base, listed, events, total, perPage, formToken } = parts;
  return (
    <form class="card" method="post" action={`${base}/outbox/do${outboxQuery.write(listed)}`}>
      <input type="hidden" name="token" value={formToken} />
      <section class="table" tabindex={0} aria-label="What waits">
        <table class="stacked">
          <thead>
            <tr>
              <th scope="col">Select</th>
              <th scope="col">What</th>
              <th scope="col">Action</th>
              <th scope="col">Due</th>
              <th scope="col">Next try</th>
              <th scope="col">Tries</th>
              <th scope="col">Why it waits</th>
            </tr>
          </thead>
          <tbody>
            {events.map((event) => (
              <Row {...{ event, parts }} />
            ))}
          </tbody>
        </table>
      </section>
      <Pager
        {...{ page: listed.page, perPage, total }}
        href={(page) => `${base}/outbox${outboxQuery.write({ ...listed, page })}`}
      />
      <p class="buttons">
        <button type="submit" name="do" value="retry">
          Try selected now
        </button>
        <button class="danger" type="submit" name="do" value="drop">
          Drop selected…
        </button>
        <button type="submit" name="do" value="retry-all">
          Try all {total} now
        </button>
        <button class="danger" type="submit" name="do" value="drop-all">
          Drop all {total}…
        </button>
      </p>
    </form>
  );
}

function Row({ event, parts }: { readonly event: WaitingEvent; readonly parts: OutboxListParts }) {
  const { desk, base, details } = parts;
  const { id, action, dueAt, nextTryAt, tries, why } = event;
  const state = stateOf(event, desk.now());
  const { words, tone } = stateWords[state];
  const detail = details.get(id);
  const name = detail ? desk.alerts.nameOf(detail.event.alert) : id;
  return (
    <tr>
      <td>
        <input type="checkbox" name="id" value={id} aria-label={`Select ${name} for ${action}`} />
      </td>
      <th scope="row">
        <WhatWords {...{ detail, desk, base }} />
      </th>
      <td data-label="Action">{action}</td>
      <td data-label="Due">
        <Moment at={dueAt} desk={desk} />
      </td>
      <td data-label="Next try">{state === 'held' ? '' : <Moment at={nextTryAt} desk={desk} />}</td>
      <td data-label="Tries">{tries}</td>
      <td data-label="Why it waits">
        <span class={tone}>{words}</span>
        {why && <div>{why}</div>}
        <div>
          <a href={`${base}/outbox/${id}`} aria-label={`Details of ${name} for ${action}`}>
            Details
          </a>
        </div>
      </td>
    </tr>
  );
}
