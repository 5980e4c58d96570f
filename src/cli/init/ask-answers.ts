import { providers } from '../../core/providers.js';
import { defaultRedirectUri } from '../../settings/default-redirect-uri.js';
import { type GivenAnswers, type InitAnswers, initAnswers } from './answers.js';
import { askClient } from './ask-client.js';
import { askServer } from './ask-server.js';
import type { Asker } from './asker.js';
import { complaints } from './complaints.js';
import { listOf } from './list-of.js';
import { portalSteps } from './portal-steps.js';

/** Asks for everything that a first settings file needs, one thing after the other. */
export async function askAnswers(asker: Asker): Promise<InitAnswers> {
  const provider = await askProvider(asker);
  const isRelay = provider === 'relay';
  asker.say(
    isRelay
      ? 'A relay takes a name and a password, as mail servers did for long. Give Ackmail a login of its own there.'
      : portalSteps(provider).mailbox,
  );
  const mailbox = await asker.text('Mailbox that alerts are sent from', complaints.address);
  const user = await asker.text(
    'Who signs in, where it is somebody else (a shared mailbox)',
    complaints.oneLine,
    mailbox,
  );
  const reached = await askReached(asker);
  const replies = await asker.choose('How are replies read, by which people acknowledge?', [
    { value: 'imap' as const, label: 'IMAP', hint: 'within seconds' },
    { value: 'pop3' as const, label: 'POP3', hint: 'within a minute; where there is no IMAP' },
    { value: 'no' as const, label: 'Not at all', hint: 'nobody can acknowledge by replying' },
  ]);
  const redirectUri = defaultRedirectUri(reached);
  const login = isRelay
    ? { password: await asker.secret('Password', complaints.oneLine) }
    : await askClient(provider, { mailbox, user, redirectUri, replies }, asker);
  const servers = await askServers(provider, replies, asker);

  const to = listOf(
    await asker.text('Who gets the alerts? Addresses, with commas between them', complaints.addresses),
  );
  asker.say(
    'When a sign-in dies, somebody must sign in again. That is told through every other action, and to these addresses ' +
      'by another account, as soon as the settings have one.',
  );
  const admins = listOf(
    await asker.text('Who is told when a sign-in dies (may be empty)', complaints.optionalAddresses),
  );
  const alertmanager = await askMonitor(asker);
  const given: GivenAnswers = {
    ...{ provider, mailbox, user, replies, to, admins },
    ...reached,
    ...login,
    ...servers,
    ...(alertmanager ? { alertmanager } : {}),
  };
  return initAnswers.parse(given);
}

function askProvider(asker: Asker): Promise<InitAnswers['provider']> {
  return asker.choose('Where is the mailbox that alerts are sent from?', [
    { value: 'microsoft365', label: 'Microsoft 365' },
    { value: 'google', label: 'Google Workspace or Gmail' },
    { value: 'generic', label: 'Another provider with OAuth 2.0' },
    { value: 'relay', label: 'A mail server that takes a password' },
    { value: 'microsoft365-us', label: 'Microsoft 365, US government (GCC High)' },
    { value: 'microsoft365-china', label: 'Microsoft 365, China (21Vianet)' },
  ]);
}

async function askReached(asker: Asker): Promise<Pick<GivenAnswers, 'listen' | 'publicUrl'>> {
  asker.say(
    'After a sign-in the browser comes back to Ackmail. On this machine, or by `ssh -L`, http://localhost will do; for ' +
      'people to sign in from their own machines it takes an https address, behind a reverse proxy of yours.',
  );
  const way = await asker.choose('Where is Ackmail reached?', [
    { value: 'local', label: 'On this machine', hint: 'http://localhost' },
    { value: 'public', label: 'By an https address', hint: 'such as https://monitor.example.com/ackmail' },
  ]);
  const listen = await asker.text('Address and port that it listens on', complaints.listen, '127.0.0.1:8025');
  return way === 'local'
    ? { listen }
    : { listen, publicUrl: await asker.text('The https address', complaints.publicUrl) };
}

async function askServers(
  provider: InitAnswers['provider'],
  replies: InitAnswers['replies'],
  asker: Asker,
): Promise<Partial<GivenAnswers>> {
  const preset = provider === 'relay' ? undefined : providers[provider];
  const smtp = preset?.smtp ? {} : { smtp: await askServer('smtp', asker) };
  if (replies === 'no' || preset?.[replies]) return smtp;
  const server = { [replies]: await askServer(replies, asker) };
  asker.say(
    'A reply counts when something shows who sent it: what your mail server writes into Authentication-Results, under ' +
      'its own name, or a DKIM signature. Look into the source of any mail in that mailbox: docs/trust.md.',
  );
  const authservId = await asker.text(
    'Name of your mail server in Authentication-Results (may be empty)',
    complaints.authservId,
  );
  return { ...smtp, ...server, ...(authservId === '' ? {} : { authservId }) };
}

async function askMonitor(asker: Asker): Promise<GivenAnswers['alertmanager']> {
  const monitor = await asker.choose('Where do alerts come from?', [
    { value: 'alertmanager', label: 'Prometheus Alertmanager' },
    { value: 'none', label: 'Something else, or later' },
  ]);
  if (monitor === 'none') return undefined;
  const url = await asker.text('Where Alertmanager listens', complaints.url, 'http://127.0.0.1:9093');
  asker.say('Alertmanager shows a secret to Ackmail, so that nobody else can raise alerts.');
  const isMade = await asker.confirm('Shall Ackmail make one?', true);
  return { url, ...(isMade ? {} : { secret: await asker.secret('The secret', complaints.oneLine) }) };
}
