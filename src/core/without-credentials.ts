import type { Account } from './account.js';
import { describe } from './fault.js';

// Below that, a password is no more than letters of words.
const shortestPassword = 4;
// As long as a token of any provider; tokens have digits, and a host name ends in letters after a dot.
const tokens = /[A-Za-z0-9+/=_.~-]{40,}/g;
const hostName = /\.[A-Za-z]{2,12}\.?$/;

/**
 * One line of what a mail server said, at most 300 characters, without what it was shown at the login: the password of
 * the account, as it is and as AUTH PLAIN and AUTH LOGIN send it (RFC 4616), and whatever is as long as a token.
 */
export function withoutCredentials(text: string, { login, smtp, imap, pop3 }: Account): string {
  let clean = text;
  if (login.grant === 'password' && login.password.length >= shortestPassword) {
    const { password } = login;
    const users = [smtp?.user ?? '', imap?.user ?? '', pop3?.user ?? ''];
    const encoded = [password, ...users.map((user) => `\0${user}\0${password}`)].map((shown) =>
      Buffer.from(shown).toString('base64'),
    );
    for (const form of [password, ...encoded]) clean = clean.replaceAll(form, '…');
  }
  const isToken = (found: string) => /\d/.test(found) && !hostName.test(found.slice(-20));
  const hidden = clean.replace(tokens, (found) => (isToken(found) ? '…' : found));
  // What a server says is shown in terminals.
  return describe(hidden.replace(/\p{Cc}+/gu, ' '));
}
