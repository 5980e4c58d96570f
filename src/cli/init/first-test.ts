import { basename, dirname, join } from 'node:path';
import { authorize } from '../authorize.js';
import { check } from '../check.js';
import { printFailure } from '../print-failure.js';
import type { Terminal } from '../terminal.js';
import { testAccount } from '../test-account.js';
import type { InitAnswers } from './answers.js';
import type { Asker } from './asker.js';

/** What is tried with new settings. */
export interface FirstTest {
  readonly file: string;
  readonly answers: InitAnswers;
  /** Who is asked before each step; without, the answers say it. */
  readonly asker?: Asker;
  readonly terminal: Terminal;
}

/**
 * Checks new settings, signs in for their account and sends it a mail, as far as that is wanted, and says how to go on
 * by hand. Answers the exit code of what failed, else 0.
 */
export async function firstTest({ file, answers, asker, terminal }: FirstTest): Promise<number> {
  const json = terminal.json ?? false;
  const { account, provider, mailbox, user = mailbox } = answers;
  const config =
    file === join(terminal.cwd, 'ackmail.yaml') ? '' : ` --config ${join(dirname(file), basename(file))}`;
  const goOn = (verbs: readonly string[]) => {
    if (!json)
      terminal.stdout.write(
        `${['Go on with:', ...verbs.map((verb) => `  ackmail ${verb}${config}`)].join('\n')}\n`,
      );
  };
  const tried = async (run: () => Promise<number>): Promise<number> => {
    try {
      return await run();
    } catch (thrown) {
      return printFailure(thrown, terminal);
    }
  };
  const rest = [...(provider === 'relay' ? [] : [`authorize ${account}`]), `test ${account}`, 'serve'];

  const checked = json ? 0 : await tried(() => check({ config: file }, terminal));
  if (checked !== 0) return checked;
  if (provider !== 'relay') {
    const now = asker ? await asker.confirm(`Sign in as ${user} now?`, true) : answers.signIn;
    const code = now ? await tried(() => authorize(account, { config: file, json }, terminal)) : 0;
    if (!now || code !== 0) goOn(rest);
    if (!now || code !== 0) return code;
  }
  const now = asker
    ? await asker.confirm(`Try its servers and send ${mailbox} a mail now?`, true)
    : answers.test;
  const code = now ? await tried(() => testAccount(account, { config: file, json }, terminal)) : 0;
  goOn(now && code === 0 ? ['serve'] : rest.slice(-2));
  return code;
}
