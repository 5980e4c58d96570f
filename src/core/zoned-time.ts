/**
 * What the clocks on the wall of a time zone show. A time on the wall is a number here: the epoch milliseconds at
 * which UTC shows the same.
 */
export interface ZonedTime {
  /** The midnight that begins the day of a moment, on the wall. */
  day(at: Date): number;
  /** When the wall shows a time, for the first time where it does so twice; where it leaves it out, when it is put ahead. */
  first(wallMs: number): Date;
  /** The same, for the last time. */
  last(wallMs: number): Date;
}

const dayMs = 86_400_000;

/** Making one takes half a millisecond, and each reply asks for one; the settings name few. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** Makes the clock of a time zone such as Europe/Berlin. Throws a RangeError for one that there is not. */
export function zonedTime(timeZone: string): ZonedTime {
  const format = formats.get(timeZone) ?? makeFormat(timeZone);
  formats.set(timeZone, format);
  const wall = (atMs: number) => {
    const parts = format.formatToParts(atMs);
    const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
    return Date.UTC(
      ...([
        part('year'),
        part('month') - 1,
        part('day'),
        part('hour'),
        part('minute'),
        part('second'),
      ] as const),
    );
  };
  const offset = (atMs: number) => wall(atMs) - Math.floor(atMs / 1_000) * 1_000;

  /** The moments at which the wall shows a time: one, or two, or that at which it is put ahead over it. */
  const moments = (wallMs: number): readonly [number, number] => {
    const before = offset(wallMs - dayMs);
    const after = offset(wallMs + dayMs);
    const found = [wallMs - before, wallMs - after].filter((atMs) => wall(atMs) === wallMs);
    const [first] = found;
    if (first !== undefined) return [Math.min(...found), Math.max(...found)];
    let [early, late] = [wallMs - after, wallMs - before];
    while (late - early > 1) {
      const middle = Math.floor((early + late) / 2);
      if (offset(middle) === before) early = middle;
      else late = middle;
    }
    return [late, late];
  };

  return {
    day: (at) => Math.floor(wall(at.getTime()) / dayMs) * dayMs,
    first: (wallMs) => new Date(moments(wallMs)[0]),
    last: (wallMs) => new Date(moments(wallMs)[1]),
  };
}

function makeFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, calendar: 'iso8601', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
}
