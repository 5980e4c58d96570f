import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../helpers/free-port.js';
import { answers } from './answers.js';
import { startServerProcess } from './server-process.js';

export interface PostfixOptions {
  /** Where mail for the lab's domains is delivered by LMTP, on 127.0.0.1. */
  readonly lmtpPort: number;
  /** Any free one unless told. */
  readonly port?: number;
  /** `example.com` and `example.test` unless told; mail for any other domain bounces. */
  readonly domains?: readonly string[];
}

/** A Postfix that takes mail from this machine without login, in a folder of its own. */
export interface Postfix {
  readonly port: number;
  /** What Postfix logged. */
  log(): Promise<string>;
  close(): Promise<void>;
}

/** Starts a Postfix; needs root, since it drops its rights. No mail leaves the machine. */
export async function startPostfix(options: PostfixOptions): Promise<Postfix> {
  const dir = await mkdtemp(join(tmpdir(), 'ackpost-'));
  const remove = () => rm(dir, { recursive: true, force: true, maxRetries: 5 });
  try {
    const port = options.port ?? (await freePort());
    await chmod(dir, 0o755);
    await mkdir(join(dir, 'etc'));
    await mkdir(join(dir, 'queue'));
    await writeFile(join(dir, 'etc', 'main.cf'), mainCf(dir, options));
    await writeFile(join(dir, 'etc', 'master.cf'), masterCf(port));
    await writeFile(join(dir, 'etc', 'stamp'), stamp);
    const log = () => readFile(join(dir, 'postfix.log'), 'utf8');
    const server = await startServerProcess({
      name: 'Postfix',
      binary: 'postfix',
      args: ['-c', join(dir, 'etc'), 'start-fg'],
      ready: () => answers(port, '220'),
      // Its master is a child of the script that is started, and ends the others.
      pid: () => masterPid(join(dir, 'queue', 'pid', 'master.pid')),
      log,
    });
    return {
      port,
      log,
      async close() {
        await server.close();
        await remove();
      },
    };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

function masterPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

/** What it found out about the sender of each mail (RFC 8601): whoever reaches it from this machine is who they say. */
const stamp = `/^From:.*@([a-z0-9.-]+)/ PREPEND Authentication-Results: relay.example.com; dmarc=pass header.from=$1
`;

function mainCf(
  dir: string,
  { lmtpPort, domains = ['example.com', 'example.test'] }: PostfixOptions,
): string {
  return `compatibility_level = 3.6
queue_directory = ${dir}/queue
data_directory = ${dir}/data
maillog_file = ${dir}/postfix.log
maillog_file_prefixes = ${dir}
myhostname = relay.example.com
mydestination =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
disable_dns_lookups = yes
header_checks = regexp:${dir}/etc/stamp
virtual_mailbox_domains = ${domains.join(' ')}
virtual_transport = lmtp:inet:127.0.0.1:${lmtpPort}
default_transport = error:this lab reaches no other domain
recipient_delimiter = +
message_size_limit = 60000000
mailbox_size_limit = 0
minimal_backoff_time = 1s
maximal_backoff_time = 5s
queue_run_delay = 1s
`;
}

function masterCf(port: number): string {
  const rows = [
    [`127.0.0.1:${port}`, 'inet', 'n', '-', '-', 'smtpd'],
    ['cleanup', 'unix', 'n', '-', '0', 'cleanup'],
    ['qmgr', 'unix', 'n', '300', '1', 'qmgr'],
    ['rewrite', 'unix', '-', '-', '-', 'trivial-rewrite'],
    ['bounce', 'unix', '-', '-', '0', 'bounce'],
    ['defer', 'unix', '-', '-', '0', 'bounce'],
    ['trace', 'unix', '-', '-', '0', 'bounce'],
    ['verify', 'unix', '-', '-', '1', 'verify'],
    ['flush', 'unix', 'n', '1000?', '0', 'flush'],
    ['proxymap', 'unix', '-', '-', '-', 'proxymap'],
    ['error', 'unix', '-', '-', '-', 'error'],
    ['retry', 'unix', '-', '-', '-', 'error'],
    ['lmtp', 'unix', '-', '-', '-', 'lmtp'],
    ['anvil', 'unix', '-', '-', '1', 'anvil'],
    ['scache', 'unix', '-', '-', '1', 'scache'],
    ['postlog', 'unix-dgram', 'n', '-', '1', 'postlogd'],
  ];
  // service, type, private, unprivileged, chroot, wakeup, processes, command
  return rows
    .map(([service, type, own, wakeup, most, command]) =>
      [service, type, own, '-', 'n', wakeup, most, command].join(' '),
    )
    .join('\n')
    .concat('\n');
}
