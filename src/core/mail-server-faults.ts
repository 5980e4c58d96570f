import { type FaultMeaning, meaning } from './fault-meaning.js';

/** The faults of submission servers and mailboxes: SMTP_, IMAP_ and POP3_. */
export const mailServerFaults = {
  SMTP_UNREACHABLE: meaning(
    true,
    'The submission server {host}:{port} of account {account} cannot be reached: {detail}',
    'Check the name, the port, the firewall and the proxy; the mail waits and is tried again by itself.',
  ),
  SMTP_TLS: meaning(
    true,
    'No TLS with the submission server {host}:{port} of account {account}: {detail}',
    'Check `smtp.security` (starttls or tls), the port, and `smtp.tls.ca` for a private CA.',
  ),
  SMTP_LOGIN_REFUSED: meaning(
    false,
    'The submission server {host}:{port} refuses the login of account {account}: {reply}',
    '{remedy}',
  ),
  SMTP_SENDER_REFUSED: meaning(
    false,
    'The submission server {host}:{port} takes no mail from account {account}: {reply}',
    'Read the reply; check that the account may send, and as its From. One mail is tried from time to time.',
  ),
  SMTP_DEFERRED: meaning(
    true,
    'The submission server {host}:{port} of account {account} defers: {reply}',
    'Nothing now; it is tried again by itself. If it lasts, read the reply: it may name a limit or a block of the provider.',
  ),
  SMTP_REJECTED: meaning(
    false,
    'The submission server {host}:{port} of account {account} rejects a mail: {reply}',
    'Read the reply; check the recipients, and that the account may send as its From.',
  ),
  SMTP_BOUNCED: meaning(
    false,
    'Mail to {recipient} came back: {reply} (the mail "{subject}" of the action {action}).',
    '{remedy}',
  ),

  IMAP_UNREACHABLE: meaning(
    true,
    'The IMAP server {host}:{port} of account {account} cannot be reached: {detail}',
    'Check the name, the port, the firewall and the proxy; replies wait in the mailbox and are read when it comes back.',
  ),
  IMAP_TLS: meaning(
    true,
    'No TLS with the IMAP server {host}:{port} of account {account}: {detail}',
    'Check `imap.security` (tls or starttls), the port, and `imap.tls.ca` for a private CA.',
  ),
  IMAP_LOGIN_REFUSED: meaning(
    false,
    'The IMAP server {host}:{port} refuses the login of account {account}: {reply}',
    '{remedy}',
  ),
  IMAP_MAILBOX_MISSING: meaning(
    false,
    'The IMAP server {host}:{port} does not open the mailbox {mailbox} of account {account}: {reply}',
    'Create the mailbox, or name another one in `imap.mailbox`. What comes into it is not read meanwhile.',
  ),
  IMAP_TEMPORARY: meaning(
    true,
    'The IMAP server {host}:{port} of account {account} broke off: {detail}',
    "Nothing now; it is tried again by itself. If it lasts, check the network and the provider's status page.",
  ),

  POP3_UNREACHABLE: meaning(
    true,
    'The POP3 server {host}:{port} of account {account} cannot be reached: {detail}',
    'Check the name, the port, the firewall and the proxy; replies wait in the maildrop and are read when it comes back.',
  ),
  POP3_TLS: meaning(
    true,
    'No TLS with the POP3 server {host}:{port} of account {account}: {detail}',
    'Check `pop3.security` (tls or starttls), the port, and `pop3.tls.ca` for a private CA.',
  ),
  POP3_LOGIN_REFUSED: meaning(
    false,
    'The POP3 server {host}:{port} refuses the login of account {account}: {reply}',
    '{remedy}',
  ),
  POP3_TEMPORARY: meaning(
    true,
    'The POP3 server {host}:{port} of account {account} broke off: {detail}',
    'Nothing now; it is tried again by itself. If it lasts, see that no other program holds the maildrop, and check the ' +
      "network and the provider's status page.",
  ),
} as const satisfies Record<string, FaultMeaning>;
