import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBinary } from './server-process.js';

const run = promisify(execFile);

/** A mail that swaks sends without login. */
export interface SwaksMail {
  /** The SMTP port on 127.0.0.1, such as Postfix's. */
  readonly port: number;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  /** Header fields besides those that swaks writes (Date, To, From, Subject, Message-Id, X-Mailer). */
  readonly header?: Readonly<Record<string, string>>;
}

/** Sends a mail with swaks; throws what it said when the server did not take the mail. */
export async function sendWithSwaks(mail: SwaksMail): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'ackswaks-'));
  try {
    const body = join(dir, 'body');
    await writeFile(body, mail.body);
    const header = {
      'MIME-Version': '1.0',
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Transfer-Encoding': '8bit',
      ...mail.header,
    };
    const fields = Object.entries(header).flatMap(([name, value]) => ['--add-header', `${name}: ${value}`]);
    await run(
      await findBinary('swaks'),
      [
        ...['--server', '127.0.0.1', '--port', String(mail.port), '--timeout', '20s'],
        ...['--from', mail.from, '--to', mail.to, '--h-Subject', mail.subject, '--body', `@${body}`],
        ...fields,
      ],
      { timeout: 30_000 },
    ).catch((error: Error & { readonly stdout?: string }) => {
      throw new Error(`swaks could not send: ${error.message}\n${error.stdout ?? ''}`);
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
