/** The IANA name of the zone that people are told times in: that of the settings, else that of the machine. */
export function timeZoneOf(settings: { readonly timeZone?: string | undefined } | undefined): string {
  return settings?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}
