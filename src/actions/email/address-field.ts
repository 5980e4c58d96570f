/**
 * An address as it stands in a header field. One with letters beyond ASCII before the at sign is named there as an
 * empty group (RFC 6857 section 3.1.3): so the message stays in ASCII, and no server on the way must know SMTPUTF8.
 */
export function addressField(address: string): string | { readonly name: string; readonly address: string } {
  const local = address.slice(0, address.lastIndexOf('@'));
  return /^[\x20-\x7e]*$/.test(local) ? { name: '', address } : `"${address.replace(/["\\]/g, '')}":;`;
}
