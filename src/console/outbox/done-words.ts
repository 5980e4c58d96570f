import type { Touched } from '../../core/waiting.js';

/** What became of events that somebody asked to try or to drop, for the page that is shown next. */
export const doneWords = {
  write: (what: 'retried' | 'dropped', { count, telling }: Touched): Readonly<Record<string, string>> => ({
    [what]: String(count),
    ...(telling > 0 ? { telling: String(telling) } : {}),
  }),

  /** In sentences; undefined where the address names nothing. */
  read(query: Pick<URLSearchParams, 'get'>): string | undefined {
    const number = (name: string) =>
      /^\d{1,7}$/.test(query.get(name) ?? '') ? Number(query.get(name)) : undefined;
    const [retried, dropped] = [number('retried'), number('dropped')];
    const count = retried ?? dropped;
    if (count === undefined) return undefined;
    const what = retried === undefined ? 'dropped' : 'due now';
    const telling = number('telling') ?? 0;
    return [
      `${count === 1 ? '1 event is' : `${count} events are`} ${what}.`,
      ...(telling > 0 ? [`${telling} more were left alone: they were being told at that moment.`] : []),
    ].join(' ');
  },
};
