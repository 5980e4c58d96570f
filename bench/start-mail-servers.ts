import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The login at the benchmark's mail servers. */
export const login = { user: 'alerts@example.com', password: 'the-password' };

/** A submission server that keeps nothing, and a mailbox, in a process of their own. */
export interface MailServers {
  readonly smtpPort: number;
  readonly imapPort: number;
  /**
   * Puts a mail into the mailbox while somebody waits there by IDLE. Answers when the notice was written, by
   * `process.hrtime`, which all processes of a machine share.
   */
  append(raw: string): Promise<bigint>;
  /** Waits until so many mails were taken in all; answers when that was, by the same clock, and how many there are. */
  taken(total: number): Promise<{ readonly count: number; readonly at: bigint }>;
  close(): void;
}

const ports = z.object({ smtpPort: z.number(), imapPort: z.number() });
const appended = z.object({ appendedAt: z.string() });
const counted = z.object({ count: z.int(), at: z.string().transform(BigInt) });

/** Starts the servers. */
export async function startMailServers(): Promise<MailServers> {
  const script = fileURLToPath(new URL('mail-servers.ts', import.meta.url));
  const child = fork(script, [login.user, login.password], {
    execArgv: ['--import', import.meta.resolve('tsx')],
  });
  const [started] = await once(child, 'message');
  return {
    ...ports.parse(started),
    async append(raw) {
      child.send({ append: raw });
      const [answer] = await once(child, 'message');
      return BigInt(appended.parse(answer).appendedAt);
    },
    async taken(total) {
      child.send({ total });
      const [answer] = await once(child, 'message');
      return counted.parse(answer);
    },
    close: () => child.disconnect(),
  };
}
