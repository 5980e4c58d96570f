import { createRateBudget, type RateBudget } from './actions/email/rate-budget.js';
import type { Clock } from './core/clock.js';
import type { History } from './core/store.js';
import type { Accounts } from './plugin-accounts.js';

/** What is left of the rate of each account that has one, by its name. */
export type Budgets = ReadonlyMap<string, RateBudget>;

const minuteMs = 60_000;

/** Opens the budgets, charged with what a run before this one has sent lately, as the history tells it. */
export async function openBudgets(accounts: Accounts, history: History, clock: Clock): Promise<Budgets> {
  const rated = accounts.list.flatMap(({ name, smtp }) => (smtp?.rate ? [{ name, rate: smtp.rate }] : []));
  const sentAt = new Map<unknown, Date[]>(rated.map(({ name }) => [name, []]));
  const longestMs = Math.max(0, ...rated.map(({ rate }) => (rate.burst / rate.perMinute) * minuteMs));
  if (longestMs > 0)
    for await (const { kind, account, at } of history.since(new Date(clock.now().getTime() - longestMs)))
      if (kind === 'sent' || kind === 'answered' || kind === 'reported') sentAt.get(account)?.push(at);
  return new Map(rated.map(({ name, rate }) => [name, createRateBudget(rate, clock, sentAt.get(name))]));
}
