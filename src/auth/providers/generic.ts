import type { Provider } from '../../core/account.js';

/** Any authorization server (RFC 6749) and any mail server: the settings name everything. */
export const generic: Provider = {
  name: 'generic',
  title: 'another provider',
  scope: { base: 'openid profile email offline_access', smtp: '', imap: '' },
  // OpenID Connect Core 1.0 section 11: offline_access is heeded only together with prompt=consent.
  authorizationParameters: { prompt: 'consent' },
  smtpUser: 'user',
  imapUser: 'mailbox',
  loginRemedy: {
    smtp:
      'Check that the mail server accepts tokens of this authorization server for SMTP, that `scope` asks for ' +
      'what it demands, and that `user` and `mailbox` are the names it knows.',
    imap:
      'Check that the mail server accepts tokens of this authorization server for IMAP, that `scope` asks for ' +
      'what it demands, and that `user` and `mailbox` are the names it knows.',
  },
};
