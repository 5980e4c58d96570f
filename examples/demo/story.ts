import type { PluginInstance, RaisedEvent } from '../../src/index.js';
import { alertsMailbox, headerField, type Lab, person } from '../../test/helpers/lab.js';
import { textOf } from '../../test/helpers/text-of.js';
import { browse } from './browse.js';
import { consoleSteps } from './console-steps.js';
import { mailSummary } from './mail-summary.js';
import { diskFull, roomAgain } from './monitor.js';
import type { Narrator } from './narrator.js';
import { acceptanceOf, refusalOf } from './on-record.js';
import type { Operator } from './operator.js';
import { revoke } from './revoke.js';
import { signIn } from './sign-in.js';
import { type AtEnd, type Stage, startAckmail, startServers } from './stage.js';
import type { ReceivedEvent } from './webhook-receiver.js';

const missing = 'OAUTH_AUTHORIZATION_REQUIRED';

/** Tells the whole story and answers the stage as it stands then. Throws when a step does not happen. */
export async function tellStory(narrator: Narrator, atEnd: AtEnd): Promise<Stage> {
  const { stage, anna } = await begin(narrator, atEnd);
  const fired = diskFull('db1');
  const mail = await alertLeaves(narrator, stage, fired);
  await repliesAreJudged(narrator, stage, mail);
  await consoleSteps.acknowledge(narrator, stage, anna);
  await alertEnds(narrator, stage, fired, mail);
  await grantDies(narrator, stage, anna);
  await grantIsBack(narrator, stage, anna);
  return stage;
}

async function begin(narrator: Narrator, atEnd: AtEnd): Promise<{ stage: Stage; anna: Operator }> {
  const servers = await narrator.step('Three servers start in this process', async ({ tell }) => {
    const started = await startServers(atEnd);
    const { authorization, submission, imap } = started.lab;
    tell(`authorization server ${authorization.issuer}, with people who sign in`);
    tell(`submission server    127.0.0.1:${submission.port}, takes mail for a token alone (XOAUTH2)`);
    tell(`IMAP server          127.0.0.1:${imap.port}, opens mailboxes for a token alone (XOAUTH2)`);
    return started;
  });
  const stage = await narrator.step(
    'Ackmail starts and finds nobody signed in: a system error, with the URL to sign in',
    async ({ tell, until }) => {
      const started = await startAckmail(servers, atEnd, narrator.overhear);
      const error = await until('The system error', () => started.ackmail.reportHeader().json[0]);
      tell(`${error.severity.toUpperCase()} ${error.code}: ${error.message}`);
      tell(`${error.authorizationUrl?.slice(0, 60)}…`);
      return started;
    },
  );
  const anna = await consoleSteps.open(narrator, stage);
  await consoleSteps.signIn(narrator, stage, anna);
  await narrator.step(`Somebody signs in as ${person} instead, and is refused`, async ({ tell }) => {
    const { lab, ackmail } = stage;
    const before = await grantOf(ackmail);
    const { title, text } = await browse(lab, await ackmail.authorizationUrl('alerts'), person);
    if (title !== 'Authentication failed' || !text.includes(person) || !text.includes(alertsMailbox))
      throw new Error(`The sign-in ended on: ${title}: ${text}`);
    if ((await grantOf(ackmail)) !== before) throw new Error('The grant is another one.');
    tell(`${title}: ${text}`);
    tell(`still ${before}`);
  });
  await consoleSteps.testServer(narrator, anna);
  return { stage, anna };
}

/** As whom, and since when, the account is authorized. */
async function grantOf(ackmail: PluginInstance): Promise<string> {
  const [account] = (await ackmail.status()).accounts;
  return `${account?.state} as ${account?.authorizedAs}, by the grant of ${account?.refreshedAt?.toISOString()}`;
}

async function alertLeaves(
  narrator: Narrator,
  { lab, monitor, ackmail }: Stage,
  fired: RaisedEvent,
): Promise<string> {
  await narrator.step('The monitor raises an alert', async ({ tell }) => {
    await ackmail.handleAlerts([fired]);
    tell(
      `${fired.alert.severity}: ${fired.alert.annotations['summary']}; accepted, which means it is on disk`,
    );
  });
  return narrator.step(`The mail is in the mailbox of ${person}`, async ({ tell, until }) => {
    const mail = await until('The mail', () => lab.received()[0]);
    tell(...(await mailSummary(mail)));
    const id = headerField(mail, 'Message-ID');
    const acceptance = await until('The acceptance', () => acceptanceOf(monitor.dataDir, id, person));
    tell(`SMTP AUTH XOAUTH2 as ${alertsMailbox}, message accepted: ${acceptance}`);
    return mail;
  });
}

async function repliesAreJudged(
  narrator: Narrator,
  { lab, monitor, ackmail }: Stage,
  mail: string,
): Promise<void> {
  const refused = (title: string, author: string, reply: () => void, told?: RegExp) =>
    narrator.step(title, async ({ tell, until }) => {
      reply();
      const reason = await until('The refusal', () => refusalOf(monitor.dataDir, author));
      if (monitor.acknowledgements.length > 0) throw new Error('It acknowledged the alert.');
      tell(
        `${reason}; the alert is still ${ackmail.alerts().find(({ source }) => source === 'demo')?.status}`,
      );
      if (told) tell(`${person} is told: ${await until('The notice', () => lineOf(lab, told))}`);
    });
  await refused(
    'A stranger replies "ack", and is refused',
    'mallory@example.net',
    () => lab.reply(mail, 'ack', { from: 'mallory@example.net' }),
    /^A reply from .*? was done\./m,
  );
  await refused('An out-of-office reply is refused', person, () =>
    lab.reply(mail, 'I am away until Monday.', { header: ['Auto-Submitted: auto-replied'] }),
  );
  await narrator.step(
    'The person replies "ack 2h looking into it": acknowledged',
    async ({ tell, until }) => {
      const repliedAt = performance.now();
      lab.reply(mail, 'ack 2h looking into it');
      const { said, alerts } = await until('The acknowledgement', () => monitor.acknowledgements[0]);
      const tookMs = Math.round(performance.now() - repliedAt);
      if (said.author !== person || said.comment !== 'looking into it')
        throw new Error(`The monitor was told something else: ${said.author}, ${said.comment}`);
      const names = alerts.map(({ fingerprint }) => fingerprint).join(', ');
      const holdsMin = Math.round(((said.expiresAt ?? said.at).getTime() - said.at.getTime()) / 60_000);
      tell(`${names}: ${said.author} has it for ${holdsMin} minutes, "${said.comment}"`);
      tell(
        `${tookMs} ms from the mailbox to the monitor (IMAP IDLE, header first, body only with our reference)`,
      );
      await until('The reply moved away', () => lab.imap.mails('Acknowledged', alertsMailbox)[0]);
      tell('Only then the reply is marked done: moved to the mailbox "Acknowledged"');
      tell(`${person} is told: ${await until('The confirmation', () => lineOf(lab, /^You have it .*/m))}`);
    },
  );
}

async function alertEnds(
  narrator: Narrator,
  { lab, ackmail }: Stage,
  fired: RaisedEvent,
  mail: string,
): Promise<void> {
  await narrator.step('The alert resolves; the mail in the same thread says who had it', async (step) => {
    await ackmail.handleAlerts([roomAgain(fired)]);
    const resolved = await step.until('The mail', () => mailOf(lab, '[RESOLVED] DiskFull on db1'));
    if (!headerField(resolved, 'References').includes(headerField(mail, 'Message-ID')))
      throw new Error('The mail is in another thread.');
    if (!resolved.includes(person) || !resolved.includes('looking into it'))
      throw new Error('The mail does not say who had it.');
    step.tell(...(await mailSummary(resolved)), 'References: the Message-ID of the first mail');
  });
}

async function grantDies(narrator: Narrator, stage: Stage, anna: Operator): Promise<void> {
  const { lab, monitor, ackmail } = stage;
  await narrator.step(
    'The provider revokes the grant; the next alert is not lost, it waits',
    async (step) => {
      const { requests } = lab.authorization;
      const before = requests.refresh;
      revoke(lab);
      await ackmail.handleAlerts([diskFull('db2')]);
      await step.until('The system error', () => ackmail.reportHeader().json.length > 0);
      await step.until('The one event that waits', async () => (await waitingFor('ops', ackmail)) === 1);
      if (mailOf(lab, '[CRITICAL] DiskFull on db2')) throw new Error('A mail left all the same.');
      step.tell('SMTP AUTH XOAUTH2: the token is refused');
      step.tell(`token endpoint: asked ${requests.refresh - before} times for another, refused`);
      step.tell('On disk in the outbox: 1 event for the action ops');
    },
  );
  await narrator.step("The system error stands on top of the monitor's report", async ({ tell }) => {
    const report = { header: ['Daily report: 2 checks, 1 problem'] };
    monitor.events.emit('report', report);
    if (!report.header[0]?.includes('system error') || report.header.length < 2)
      throw new Error('The report begins with something else.');
    tell(...report.header.flatMap((line) => (line === '' ? [] : [`| ${line}`])));
  });
  await consoleSteps.seeError(narrator, anna);
  await narrator.step(
    'and it goes out by the action that still works, the webhook',
    async ({ tell, until }) => {
      await until('The webhook', () => lastTold(stage)?.kind === 'fired');
      const { summary, remedy, authorizationUrl } = lastTold(stage)?.alert.annotations ?? {};
      tell(`The chat was told: ${summary}`, `${remedy}`, `${authorizationUrl?.slice(0, 60)}…`);
    },
  );
}

async function grantIsBack(narrator: Narrator, stage: Stage, anna: Operator): Promise<void> {
  const { lab, ackmail } = stage;
  await narrator.step(
    'Somebody follows the link on top of the report and signs in again',
    async ({ tell }) => {
      const url = await anna.linkOf('/report', 'Sign in for alerts');
      tell(`The browser ends on: ${await signIn(lab, url)}`);
    },
  );
  await narrator.step('The mail that waited leaves', async ({ tell, until }) => {
    tell(...(await mailSummary(await until('The mail', () => mailOf(lab, '[CRITICAL] DiskFull on db2')))));
  });
  await narrator.step('The system error is cleared, and the chat is told so', async ({ tell, until }) => {
    await until('The end of the system error', () => ackmail.reportHeader().json.length === 0);
    await until('The webhook', () => lastTold(stage)?.kind === 'resolved');
    tell(`The chat was told: ${missing} is resolved`);
    await until('The empty outbox', async () => (await waitingFor('ops', ackmail)) === 0);
    tell('The report begins with the report again; nothing waits');
  });
}

/** The mail in the person's mailbox whose subject begins so. */
function mailOf(lab: Lab, subject: string): string | undefined {
  return lab.received().find((mail) => headerField(mail, 'Subject').startsWith(subject));
}

/** What a mail in the person's mailbox says, where one says so. */
function lineOf(lab: Lab, pattern: RegExp): string | undefined {
  return lab
    .received()
    .map((mail) => pattern.exec(textOf(mail))?.[0])
    .find((line) => line !== undefined);
}

/** The last that the chat was told of the missing authorization. */
function lastTold({ chat }: Stage): ReceivedEvent | undefined {
  return chat.received.findLast(({ alert }) => alert.labels['alertname'] === missing);
}

async function waitingFor(name: string, ackmail: PluginInstance): Promise<number | undefined> {
  const { actions } = await ackmail.status();
  return actions.find(({ action }) => action === name)?.waiting;
}
