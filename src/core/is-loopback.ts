/**
 * Whether a host is this machine itself: `localhost` (RFC 6761 section 6.3), 127.0.0.0/8 or ::1, in brackets or not.
 *
 * A name that only begins like such an address, `127.example.com`, is somebody else's.
 */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}
