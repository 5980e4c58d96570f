import { createHmac } from 'node:crypto';

/**
 * The header fields that prove a body to be ours and new: `X-Ackmail-Timestamp`, in seconds since 1970, and
 * `X-Ackmail-Signature`, `v1=` and the HMAC-SHA-256 (RFC 2104) of `timestamp.body` in hex.
 *
 * The moment is under the signature, so that who reads a call along cannot send it again later.
 */
export function signBody(secret: string, body: string, now: Date): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const mac = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return { 'x-ackmail-timestamp': timestamp, 'x-ackmail-signature': `v1=${mac}` };
}
