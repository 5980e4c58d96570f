import { isLoopback } from '../../core/is-loopback.js';
import type { InitAnswers } from './answers.js';
import type { Asker } from './asker.js';
import { complaints } from './complaints.js';

const standard = {
  smtp: { title: 'SMTP', port: 587, security: 'starttls' },
  imap: { title: 'IMAP', port: 993, security: 'tls' },
  pop3: { title: 'POP3', port: 995, security: 'tls' },
} as const;

/** Asks where a mail server is and how the way to it is encrypted. */
export async function askServer(
  kind: keyof typeof standard,
  asker: Asker,
): Promise<NonNullable<InitAnswers['smtp']>> {
  const { title, port: usual, security: usualSecurity } = standard[kind];
  const typed = await asker.text(
    `${title} server, as HOST or HOST:PORT (default port ${usual})`,
    complaints.hostAndPort,
  );
  const [, host = typed, port] = /^(.+?)(?::(\d{1,5}))?$/.exec(typed) ?? [];
  const bare = host.replace(/^\[|\]$/g, '');
  const choices = [
    { value: 'starttls' as const, label: 'STARTTLS', hint: 'encrypted before the login, usual at port 587' },
    { value: 'tls' as const, label: 'TLS', hint: 'from the first byte, usual at 465, 993 and 995' },
    { value: 'none' as const, label: 'None', hint: 'on this machine only' },
  ];
  const security = await asker.choose(
    `Encryption at the ${title} server`,
    [...choices]
      .filter(({ value }) => value !== 'none' || isLoopback(bare))
      .sort((a, b) => Number(b.value === usualSecurity) - Number(a.value === usualSecurity)),
  );
  return { host: bare, port: port === undefined ? usual : Number(port), security };
}
