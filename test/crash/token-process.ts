import { type NodeProcess, startNode } from '../helpers/node-process.js';
import { until } from '../helpers/until.js';

/** The moments of a refresh at which a process of tokens can be stopped, in their order. */
export type OwnMoment = 'the grant is read' | 'the answer is here' | 'it is being written' | 'it is written';

/** A process that keeps the tokens of some accounts in a data directory, to be killed. */
export interface TokenProcess {
  /** Where a person signs in for an account. */
  url(account: string): Promise<string>;
  complete(callbackUrl: string): Promise<string>;
  /** The access token that it has. */
  token(account: string): Promise<string>;
  /** Lets fifty callers ask for another access token at once; answers the one that all of them got. */
  renew(account: string): Promise<string>;
  /** The same, but at that moment it stands still for ever; resolves when it does. */
  renewUntil(account: string, moment: OwnMoment): Promise<void>;
  /** What was handed out so far, by account and in its order. */
  handedOut(account: string): readonly string[];
  /** The system errors that were raised so far, as `ACCOUNT CODE`. */
  raised(): readonly string[];
  kill(): Promise<void>;
}

/** An account of such a process. */
export interface TokenAccount {
  readonly name: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
}

/** A refresh is forced at most once a minute, so a minute passes before each, for all processes. */
let skippedMs = 0;

/** Starts the process; it has opened the data directory when this returns. */
export async function startTokenProcess(
  dir: string,
  accounts: readonly TokenAccount[],
): Promise<TokenProcess> {
  const child: NodeProcess = startNode(
    'test/crash/token-child.ts',
    [dir, JSON.stringify(accounts), String(skippedMs)],
    dir,
  );
  let asked = 0;
  const lines = () => child.out().split('\n').slice(0, -1);
  const told = (kind: string, rest = '') =>
    lines()
      .filter((line) => line.startsWith(`${kind} ${rest}`))
      .map((line) => line.slice(kind.length + 1 + rest.length));
  const heard = async (kind: string, rest: string) => {
    await until(`${kind} ${rest}`, () => told(kind, rest).length > 0).catch((error: Error) => {
      throw new Error(`${error.message} It said:\n${child.out()}${child.err()}`);
    });
    return told(kind, rest)[0] ?? '';
  };
  const ask = (...question: readonly string[]) => {
    asked += 1;
    if (question[0] === 'renew') skippedMs += 61_000;
    child.write(`${JSON.stringify([String(asked), skippedMs, ...question])}\n`);
    return String(asked);
  };
  const answer = async (...question: readonly string[]) => {
    const said = JSON.parse(await heard('answer', `${ask(...question)} `));
    if (said.fault) throw new Error(said.fault);
    return said.value;
  };

  await child.says('ready\n');
  return {
    url: (account) => answer('url', account),
    complete: (callbackUrl) => answer('complete', callbackUrl),
    token: (account) => answer('token', account),
    renew: (account) => answer('renew', account),
    async renewUntil(account, moment) {
      ask('renew', account, moment);
      await heard('held', `${account} ${moment}`);
    },
    handedOut: (account) => told('handed-out', `${account} `),
    raised: () => told('raised'),
    async kill() {
      child.kill('SIGKILL');
      await child.ended();
    },
  };
}
