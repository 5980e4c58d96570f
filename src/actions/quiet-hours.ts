import type { Alert } from '../core/alert.js';
import { ownSource } from '../core/own-source.js';
import type { QuietSettings } from '../core/settings.js';
import { severityRank } from '../core/severity.js';
import { zonedTime } from '../core/zoned-time.js';

/** Until when the quiet hours of an action hold back what it tells of an alert at a moment; undefined for "not at all". */
export type HeldUntil = (alert: Alert, at: Date) => Date | undefined;

const dayMs = 86_400_000;
const minuteMs = 60_000;
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/**
 * Makes the quiet hours of an action, of which `timeZone` is the zone where its settings name none.
 *
 * They begin and end by the clock on the wall. Where that shows a time twice, they begin at the first and end at the
 * second; a time that it leaves out is the moment at which it is put ahead.
 *
 * `critical` stands for every severity that is as urgent, whatever the monitor calls it, and what Ackmail tells of
 * itself as critical always passes.
 */
export function quietHours(settings: QuietSettings, timeZone: string): HeldUntil {
  const zone = zonedTime(settings.timeZone ?? timeZone);
  const from = minutes(settings.from);
  const to = minutes(settings.to);
  const lengthDays = to > from ? 0 : 1;

  const find = (at: Date): Date | undefined => {
    const today = zone.day(at);
    const ends = [today - 2 * dayMs, today - dayMs, today].flatMap((day) => {
      if (settings.days && !settings.days.some((name) => name === weekdays[new Date(day).getUTCDay()]))
        return [];
      const start = zone.first(day + from * minuteMs);
      const end = zone.last(day + lengthDays * dayMs + to * minuteMs);
      return start <= at && at < end ? [end] : [];
    });
    return ends.at(-1);
  };
  /** They begin and end on whole minutes, and in a storm many ask within one. */
  let known: { readonly minute: number; readonly end: Date | undefined } | undefined;
  const endAt = (at: Date) => {
    const minute = Math.floor(at.getTime() / minuteMs);
    if (known?.minute !== minute) known = { minute, end: find(at) };
    return known.end;
  };
  return (alert, at) => (passes(alert, settings.pass) ? undefined : endAt(at));
}

function passes({ severity, source }: Alert, pass: readonly string[]): boolean {
  const isCritical = severityRank(severity) === 0;
  if (isCritical && source === ownSource) return true;
  return pass.some((word) => {
    const named = word.toLowerCase();
    return named === severity.toLowerCase() || (named === 'critical' && isCritical);
  });
}

function minutes(time: string): number {
  const [hours = 0, rest = 0] = time.split(':').map(Number);
  return hours * 60 + rest;
}
