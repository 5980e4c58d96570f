/** The address, whole, where a browser may be led there, by http or https; else undefined. */
export function webAddress(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  // As it was written, `https:host` would be a path of ours.
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}
