import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../helpers/free-port.js';
import { type ServerProcess, startServerProcess } from './server-process.js';

export interface TinyproxyOptions {
  /** Ports that CONNECT is allowed to, as an administrator has to list them. */
  readonly ports: readonly number[];
  readonly user: string;
  readonly password: string;
}

/** A forward proxy that asks for a name and a password. */
export interface Tinyproxy {
  readonly port: number;
  /** The `HOST:PORT` that it was asked to connect to, in their order. */
  connected(): Promise<readonly string[]>;
  /** Ends it, as an outage does; `start` begins it again at the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Where its connections come from, so that a server can tell who comes by the proxy and who does not. */
export const proxyAddress = '127.0.0.2';

/** Starts Debian's tinyproxy; needs root, since it drops its rights. */
export async function startTinyproxy(options: TinyproxyOptions): Promise<Tinyproxy> {
  const dir = await mkdtemp(join(tmpdir(), 'ackproxy-'));
  const port = await freePort();
  const file = join(dir, 'tinyproxy.conf');
  await writeFile(file, configuration(dir, port, options));
  await writeFile(join(dir, 'log'), '');
  // It logs with the rights of nobody.
  await chmod(dir, 0o755);
  await chmod(join(dir, 'log'), 0o666);
  const log = () => readFile(join(dir, 'log'), 'utf8');
  let server: ServerProcess | undefined;
  const stop = async () => {
    await server?.close();
    server = undefined;
  };
  const start = async () => {
    server = await startServerProcess({
      name: 'tinyproxy',
      binary: 'tinyproxy',
      args: ['-d', '-c', file],
      async ready() {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect').finally(() => socket.destroy());
        return true;
      },
      log,
    });
  };
  const remove = () => rm(dir, { recursive: true, force: true });
  await start().catch(async (thrown) => {
    await remove();
    throw thrown;
  });
  return {
    port,
    async connected() {
      return [...(await log()).matchAll(/CONNECT (\S+:\d+) HTTP/g)].map(([, target = '']) => target);
    },
    stop,
    start,
    async close() {
      await stop();
      await remove();
    },
  };
}

function configuration(dir: string, port: number, { ports, user, password }: TinyproxyOptions): string {
  return `User nobody
Group nogroup
Port ${port}
Listen 127.0.0.1
Bind ${proxyAddress}
Timeout 600
LogFile "${dir}/log"
LogLevel Connect
MaxClients 100
Allow 127.0.0.1
BasicAuth ${user} ${password}
${ports.map((each) => `ConnectPort ${each}`).join('\n')}
`;
}
