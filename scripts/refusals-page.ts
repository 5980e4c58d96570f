import { aadstsRefusals } from '../src/core/refusals/aadsts-refusals.js';
import { imapRefusals } from '../src/core/refusals/imap-refusals.js';
import { networkRefusals } from '../src/core/refusals/network-refusals.js';
import { oauthRefusals } from '../src/core/refusals/oauth-refusals.js';
import { pop3Refusals } from '../src/core/refusals/pop3-refusals.js';
import { refusalClasses } from '../src/core/refusals/refusal-classes.js';
import type { RefusalMeaning } from '../src/core/refusals/refusal-meaning.js';
import type { ReplyRefusal } from '../src/core/refusals/reply-refusal.js';
import { saslRefusals } from '../src/core/refusals/sasl-refusals.js';
import { smtpRefusals } from '../src/core/refusals/smtp-refusals.js';

/** The text of docs/refusals.md, made from the tables of refusals. */
export function refusalsPage(): string {
  return [
    '# Refusals',
    '',
    'What authorization servers and mail servers say when they refuse, what it means and what to do. Made from',
    '`src/core/refusals/` by `npm run generate`. `ackmail explain -` looks a refusal up in these tables: paste it, or',
    'pipe it in. Ackmail itself acts by them: what is transient is tried again and never asks anybody to sign in.',
    '',
    '| class | means | what to do, where the row says nothing |',
    '| --- | --- | --- |',
    ...Object.entries(refusalClasses).map(([name, { title, remedy }]) => row(name, title, remedy)),
    '',
    '`{user}` signs in, `{mailbox}` is the mailbox; Ackmail fills them in. Of an authorization server the OAuth `error`',
    'decides, and the number refines it; what is not here counts as transient, as do HTTP 408, 429 and 5xx, no answer at',
    'all, and what is no OAuth answer. Of the replies of mail servers the first row that fits counts. Where a row says',
    '“(provider)”, one other access token is tried first, and Ackmail then tells what the provider of the account wants.',
    '',
    ...section(
      'AADSTS numbers (Microsoft)',
      aadstsRefusals.map((each) => [each.codes.join(', '), each] as const),
    ),
    ...section('OAuth errors', Object.entries(oauthRefusals)),
    ...section('SMTP', smtpRefusals.map(reply)),
    ...section('IMAP', imapRefusals.map(reply)),
    ...section('POP3', pop3Refusals.map(reply)),
    ...section('Challenges after XOAUTH2 and OAUTHBEARER', Object.entries(saslRefusals)),
    ...section(
      'The way to a server',
      networkRefusals.map((each) => [each.says.join(', '), each] as const),
    ),
  ].join('\n');
}

/** How a reply is recognised, in words. */
function reply(refusal: ReplyRefusal): readonly [string, RefusalMeaning] {
  const { codes = [], says = [], during, credential } = refusal;
  const words = says.map((each) => `“${each}”`).join(' or ');
  const when = { login: 'any other login', mail: 'not of a login' };
  const parts = [codes.join(', '), words, during ? when[during] : ''].filter(Boolean);
  return [`${parts.join(': ')}${credential ? ' (provider)' : ''}`, refusal];
}

function section(title: string, rows: readonly (readonly [string, RefusalMeaning])[]): readonly string[] {
  return [
    `## ${title}`,
    '',
    '| refusal | class | what happened | what to do |',
    '| --- | --- | --- | --- |',
    ...rows.map(([name, { class: asksFor, reason, remedy = '' }]) => row(name, asksFor, reason, remedy)),
    '',
  ];
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((each) => each.replaceAll('|', '\\|')).join(' | ')} |`;
}
