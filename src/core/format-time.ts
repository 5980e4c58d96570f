const formats = new Map<string, Intl.DateTimeFormat>();

/** A moment for people, to the minute and with its zone: `Sun 1 Mar 2026, 03:55 CET`. */
export function formatTime(date: Date, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'short',
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, value]));
  const day = `${parts['weekday']} ${parts['day']} ${parts['month']} ${parts['year']}`;
  return `${day}, ${parts['hour']}:${parts['minute']} ${parts['timeZoneName']}`;
}
