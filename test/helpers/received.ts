/** The name by which the receiving mail server of the tests signs what it found out. */
export const authservId = 'mx.example.com';

/**
 * A mail as the mail server of its recipient hands it on: with what it found out about the sender on top (RFC 8601), by
 * default that the domain of the From stands for it.
 */
export function received(mail: string, verdict: 'pass' | 'fail' | 'none' = 'pass'): string {
  const [, domain] = /^From:[^\r\n]*@([a-z0-9.-]+)/im.exec(mail) ?? [];
  return `Authentication-Results: ${authservId}; dmarc=${verdict}${domain === undefined ? '' : ` header.from=${domain}`}\r\n${mail}`;
}
