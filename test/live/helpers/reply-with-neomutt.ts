import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SwaksReply } from './reply-with-swaks.js';
import { findBinary } from './server-process.js';

const run = promisify(execFile);

/**
 * Answers a mail with neomutt as a person does who sits before it: opens the mailbox, replies, writes above the quoted
 * mail, sends. It runs in a terminal of its own, by script(1).
 */
export async function replyWithNeomutt({
  mail,
  from,
  words,
  port,
}: Omit<SwaksReply, 'header'>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'ackmutt-'));
  try {
    const path = (name: string) => join(dir, name);
    await writeFile(
      path('mbox'),
      `From x@example.com Mon Nov 23 08:00:00 2026\n${mail.replaceAll('\r\n', '\n')}\n`,
    );
    await writeFile(path('editor'), editor, { mode: 0o755 });
    await writeFile(path('rc'), settings(dir, from, port));
    const neomutt = `${await findBinary('neomutt')} -n -F ${path('rc')} -f ${path('mbox')}`;
    const running = run(
      await findBinary('script'),
      ['--quiet', '--return', '--flush', '--command', neomutt, path('screen')],
      {
        env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', HOME: dir, LANG: 'C.UTF-8', WORDS: words },
        timeout: 30_000,
      },
    );
    running.child.stdin?.end();
    await running.catch(async (error: Error) => {
      throw new Error(`neomutt could not reply: ${error.message}\n${await readFile(path('screen'), 'utf8')}`);
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Puts what the person writes below the header. */
const editor = `#!/bin/sh
awk '{ print } /^$/ && !done { print ENVIRON["WORDS"]; print ""; done = 1 }' "$1" > "$1.new" && cat "$1.new" > "$1"
rm "$1.new"
`;

function settings(dir: string, from: string, port: number): string {
  return `set from="${from}" use_from=yes envelope_from=yes
set smtp_url="smtp://127.0.0.1:${port}/" ssl_starttls=no ssl_force_tls=no
set folder="${dir}" spool_file="${dir}/mbox" postponed="${dir}/postponed" tmp_dir="${dir}"
set editor="${dir}/editor" edit_headers=yes autoedit=yes fast_reply=yes include=yes reply_to=yes
set copy=no record="" move=no abort_unmodified=no abort_nosubject=no crypt_use_gpgme=no wait_key=no
push "<reply><send-message><quit>"
`;
}
