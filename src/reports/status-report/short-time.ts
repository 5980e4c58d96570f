const formats = new Map<string, Intl.DateTimeFormat>();

/** A moment of a report, whose zone and year stand at its top: `16 Nov 16:54`. */
export function shortTime(date: Date, timeZone: string): string {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone, day: 'numeric', month: 'short' },
      ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    });
  formats.set(timeZone, format);
  const part = Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, value]));
  return `${part['day']} ${part['month']} ${part['hour']}:${part['minute']}`;
}
