import type { ConsoleDesk } from '../../core/console-desk.js';
import type { WaitingDetail, WaitingEvent } from '../../core/waiting.js';
import { Moment } from '../frame/moment.js';
import { stateOf } from './listed-waiting.js';
import { stateWords } from './state-words.js';
import { WhatWords } from './what-words.js';

const words = {
  pending: 'not yet',
  accepted: 'accepted',
  deferred: 'put off',
  rejected: 'refused',
  bounced: 'came back',
};

/** Everything of one event in the outbox: what it tells of, how far it got with whom, and why it waits. */
export function OutboxEvent(parts: {
  readonly desk: ConsoleDesk;
  readonly base: string;
  readonly event: WaitingEvent;
  readonly detail: WaitingDetail | undefined;
  readonly formToken: string;
}) {
  const { desk, base, event, detail, formToken } = parts;
  const state = stateOf(event, desk.now());
  const recipients = Object.entries(detail?.recipients ?? {});
  return (
    <>
      <section class="card" aria-label="What waits">
        <dl class="facts">
          <dt>Tells of</dt>
          <dd>
            <WhatWords {...{ detail, desk, base }} />
          </dd>
          {detail && (
            <>
              <dt>Happened</dt>
              <dd>
                <Moment at={detail.event.at} desk={desk} />
              </dd>
              <dt>Monitor and severity</dt>
              <dd>
                {detail.event.alert.source}, {detail.event.alert.severity}
              </dd>
            </>
          )}
          <dt>Action</dt>
          <dd>{event.action}</dd>
          <dt>State</dt>
          <dd class={stateWords[state].tone}>{stateWords[state].words}</dd>
          <dt>Due</dt>
          <dd>
            <Moment at={event.dueAt} desk={desk} />
          </dd>
          {state !== 'held' && (
            <>
              <dt>Next try</dt>
              <dd>
                <Moment at={event.nextTryAt} desk={desk} />
              </dd>
            </>
          )}
          <dt>Tries</dt>
          <dd>{event.tries}</dd>
          {event.why !== undefined && (
            <>
              <dt>Why the last one failed</dt>
              <dd>{event.why}</dd>
            </>
          )}
        </dl>
        {recipients.length > 0 && (
          <>
            <h2>Recipients</h2>
            <ul>
              {recipients.map(([name, { status, reply }]) => (
                <li>
                  {name}: {words[status]}
                  {reply !== undefined && <span class="soft"> ({reply})</span>}
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
      <form method="post" action={`${base}/outbox/do`}>
        <input type="hidden" name="token" value={formToken} />
        <input type="hidden" name="id" value={event.id} />
        <p class="buttons">
          <button class="first" type="submit" name="do" value="retry">
            Try it now
          </button>
          <button class="danger" type="submit" name="do" value="drop">
            Drop it…
          </button>
        </p>
      </form>
    </>
  );
}
