import { alertsMailbox, headerField, type Lab } from '../../test/helpers/lab.js';
import { diskFull } from './monitor.js';
import type { Narrator } from './narrator.js';
import { type Operator, openOperator } from './operator.js';
import { signIn } from './sign-in.js';
import type { Stage } from './stage.js';

const account = '/accounts/alerts';

/** What is done at the console in the story. */
export const consoleSteps = {
  /** Somebody comes in, and every page says what is wrong. */
  open: (narrator: Narrator, { monitor }: Stage): Promise<Operator> =>
    narrator.step(
      'Anna opens the console by a link that is good once; every page says what is wrong',
      async ({ tell }) => {
        const anna = await openOperator(monitor.dataDir, 'anna@example.com');
        tell(
          `/accounts: ${found(await anna.read('/accounts'), /Critical: alerts.*? nobody has signed in yet\./)}`,
        );
        tell(`${account}: ${found(await anna.read(account), /Register this address .*?\/oauth\/callback/)}`);
        return anna;
      },
    ),

  /** The sign-in begins where the account is shown. */
  signIn: (narrator: Narrator, { lab, ackmail }: Stage, anna: Operator): Promise<void> =>
    narrator.step(
      `From the page of the account somebody signs in as ${alertsMailbox}, in a browser`,
      async ({ tell, until }) => {
        const url = await anna.linkOf(account, `Sign in as ${alertsMailbox}`);
        tell(`The browser ends on Ackmail's own page: ${await signIn(lab, url)}`);
        await until('The end of the system error', () => ackmail.reportHeader().json.length === 0);
        await until('The watch over the mailbox', () => lab.imap.commands.includes('IDLE'));
        tell('authorization code grant with PKCE; the refresh token is on disk, encrypted');
        tell(`IMAP AUTHENTICATE XOAUTH2 as ${alertsMailbox}, SELECT INBOX, IDLE: replies are watched for`);
      },
    ),

  /** Every step of Test Server, on the page that shows them as they happen. */
  testServer: (narrator: Narrator, anna: Operator): Promise<void> =>
    narrator.step('Anna presses Test Server: every step works, down to a real mail', async ({ tell }) => {
      const page = await anna.press(account, `${account}/test`);
      if (!page.includes('Everything works')) throw new Error(`The page ends otherwise: ${page}`);
      const steps = [...page.matchAll(/✓ Works ((?:SMTP|IMAP): \w+)/g)].map(([, name]) => name);
      tell(steps.join(', '));
    }),

  /** An alert that is acknowledged without a mail program. */
  acknowledge: (narrator: Narrator, stage: Stage, anna: Operator): Promise<void> =>
    narrator.step('A second alert, which Anna acknowledges at the console', async ({ tell, until }) => {
      const { ackmail, monitor, lab } = stage;
      await ackmail.handleAlerts([diskFull('web1')]);
      await until('The mail', () => mailAbout(lab, 'web1'));
      const id = ackmail.alerts().find(({ labels }) => labels['instance'] === 'web1')?.id ?? '';
      const before = monitor.acknowledgements.length;
      const path = `/alerts/${id}`;
      await anna.press(path, `${path}/say`, { kind: 'acknowledge', for: '2h', comment: 'I clean up' });
      const { said } = await until('The acknowledgement', () => monitor.acknowledgements[before]);
      if (said.author !== anna.name) throw new Error(`The monitor was told that it was ${said.author}.`);
      tell(`The monitor was told by ${said.author}: ${said.kind}, "${said.comment}"`);
      if (!(await anna.read(path)).includes('I clean up')) throw new Error('The page does not say so.');
      tell('The page of the alert has who was told, by which mail, and who has it');
    }),

  /** The same that the report begins with. */
  seeError: (narrator: Narrator, anna: Operator): Promise<void> =>
    narrator.step('and on top of every page of the console, the report among them', async ({ tell }) => {
      for (const path of ['/report', '/alerts', '/accounts']) {
        const page = await anna.read(path);
        if (!page.startsWith('Critical: alerts'))
          throw new Error(`The page ${path} begins otherwise: ${page}`);
        tell(`${path}: ${page.slice(0, 75)}…`);
      }
    }),
};

function found(page: string, pattern: RegExp): string {
  const text = pattern.exec(page)?.[0];
  if (text === undefined) throw new Error(`The page says something else: ${page}`);
  return text;
}

function mailAbout(lab: Lab, machine: string): string | undefined {
  return lab.received().find((mail) => headerField(mail, 'Subject').includes(`DiskFull on ${machine}`));
}
