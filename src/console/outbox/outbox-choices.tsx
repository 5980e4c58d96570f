import type { WaitingEvent } from '../../core/waiting.js';
import { stateOf } from './listed-waiting.js';
import { type ListedWaiting, outboxQuery, waitingStates } from './outbox-query.js';
import { stateWords } from './state-words.js';

/** The links to what waits for each action, and for each reason, with how much that is. */
export function OutboxChoices({
  base,
  listed,
  all,
  now,
}: {
  readonly base: string;
  readonly listed: ListedWaiting;
  readonly all: readonly WaitingEvent[];
  readonly now: Date;
}) {
  const { action, state } = listed;
  const byAction = new Map<string, number>();
  const byState = new Map<string, number>();
  for (const event of all) {
    byAction.set(event.action, (byAction.get(event.action) ?? 0) + 1);
    if (action !== undefined && event.action !== action) continue;
    const its = stateOf(event, now);
    byState.set(its, (byState.get(its) ?? 0) + 1);
  }
  const actions = [...byAction.keys()].sort();
  const link = (name: string, count: number, to: Omit<ListedWaiting, 'page'>, isCurrent: boolean) => (
    <li>
      <a
        href={`${base}/outbox${outboxQuery.write({ ...to, page: 1 })}`}
        aria-current={isCurrent ? 'page' : undefined}
      >
        {name} <span class="soft">{count}</span>
      </a>
    </li>
  );
  const ofState = state ? { state } : {};
  const ofAction = action === undefined ? {} : { action };
  return (
    <div class="choices">
      <nav aria-label="For which action">
        <ul>
          {link('All actions', all.length, ofState, action === undefined)}
          {actions.map((each) =>
            link(each, byAction.get(each) ?? 0, { ...ofState, action: each }, each === action),
          )}
        </ul>
      </nav>
      <nav aria-label="Why it waits">
        <ul>
          {link(
            'Whatever',
            [...byState.values()].reduce((sum, count) => sum + count, 0),
            ofAction,
            state === undefined,
          )}
          {waitingStates
            .filter((each) => byState.has(each) || each === state)
            .map((each) =>
              link(
                stateWords[each].name,
                byState.get(each) ?? 0,
                { ...ofAction, state: each },
                each === state,
              ),
            )}
        </ul>
      </nav>
    </div>
  );
}
