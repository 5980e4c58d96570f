import * as assert from 'uvu/assert';
import { openPop3, type Pop3Session } from '../../../src/ack/pop3/open-pop3.js';
import type { Pop3Limits } from '../../../src/ack/pop3/pop3-connection.js';
import { pop3Trouble } from '../../../src/ack/pop3/pop3-trouble.js';
import type { Fault } from '../../../src/core/fault.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { me, tokenLogin } from '../scene.js';
import { type Script, startScriptedPop3 } from './scripted-pop3.js';

export const password = 'the-secret-of-the-maildrop';
export const token = 'the-secret-of-the-token';
export const challenge = Buffer.from(
  '{"status":"400","schemes":"Bearer","scope":"https://mail.example.com/"}',
);
export const limits = { connectMs: 5_000, silenceMs: 5_000, answerMs: 10_000 };

export interface Told {
  /** What the client said, its words of base64 put in plain. */
  readonly lines: readonly string[];
  readonly thrown?: unknown;
  /** What became of it. */
  readonly fault?: Fault;
}

/** Opens a session with a server and uses it; answers what the server was told, and what was thrown. */
export async function talk(
  script: Script,
  use: (session: Pop3Session, server: Awaited<ReturnType<typeof startScriptedPop3>>) => Promise<void> = (
    session,
  ) => session.quit(),
  options: { token?: boolean; user?: string; pass?: string; limits?: Pop3Limits; ca?: false } = {},
): Promise<Told> {
  const server = await startScriptedPop3(script);
  server.append('Subject: one\r\n\r\nThe first.\r\n.\r\n..two\r\n');
  server.append('Subject: two\r\n\r\nThe second.\r\n');
  const login = options.token ? tokenLogin : ({ grant: 'password', password } as const);
  const account = server.account(login, options.user);
  const plain = (line: string) =>
    line
      .split(' ')
      .map((word) => (/^[A-Za-z0-9+/]{12,}=*$/.test(word) ? Buffer.from(word, 'base64').toString() : word))
      .join(' ');
  try {
    const session = await openPop3({
      account: options.ca === false && account.pop3 ? { ...account, pop3: withoutCa(account.pop3) } : account,
      credential: options.token ? { accessToken: token } : { pass: options.pass ?? password },
      network: createNetwork({ env: {} }),
      limits: options.limits ?? limits,
      signal: new AbortController().signal,
    });
    try {
      await use(session, server);
    } finally {
      session.close();
    }
    return { lines: server.lines.map(plain) };
  } catch (thrown) {
    const { fault } = pop3Trouble(thrown, account, 'What the provider wants.');
    for (const text of [fault.message, fault.remedy, JSON.stringify(fault)])
      assert.not.match(text, new RegExp(`${password}|${token}|${Buffer.from(token).toString('base64')}`));
    assert.match(fault.message, /^\P{Cc}{1,600}$/u);
    return { lines: server.lines.map(plain), thrown, fault };
  } finally {
    await server.close();
  }
}

function withoutCa<T extends { readonly ca?: readonly string[] }>({ ca: _, ...more }: T): Omit<T, 'ca'> {
  return more;
}

export const says = ({ fault }: Told, code: string, text: RegExp) => {
  assert.is(fault?.code, code, fault?.message);
  assert.match(fault?.message ?? '', text);
};
export const xoauth2 = `user=${me}\x01auth=Bearer ${token}\x01\x01`;
export const bearer = `n,a=${me},\x01auth=Bearer ${token}\x01\x01`;
export const bare = '-ERR unknown command\r\n';
