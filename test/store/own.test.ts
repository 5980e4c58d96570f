import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { controlSocketPath } from '../../src/store/control-socket-path.js';
import { type Ownership, own as ownDirectory } from '../../src/store/own.js';
import { faultOf, inDataFolder } from './data-folder.js';

/** What is still open when a test fails would keep this process up. */
const leftOpen: (() => Promise<void>)[] = [];

test.after.each(async () => {
  for (const close of leftOpen.splice(0)) await close();
});

const program = fileURLToPath(new URL('./owner.ts', import.meta.url));

test('the owner answers on its control socket, 0600, and the next one is refused with its process id', () =>
  inDataFolder(async (dir) => {
    const ownership = await own(dir, (socket) => socket.end('hello'));
    assert.is(ownership.socketPath, await controlSocketPath(dir));
    assert.is(await answerOf(ownership.socketPath), 'hello');
    assert.is((await stat(ownership.socketPath)).mode & 0o777, 0o600);
    assert.is((await stat(dir)).mode & 0o777, 0o700);

    const fault = await faultOf(own(dir, () => {}));
    assert.is(fault.code, 'STORE_IN_USE');
    assert.match(fault.text, `data belongs to a running Ackmail (process ${process.pid})`);
    assert.is(await answerOf(ownership.socketPath), 'hello', 'the refused one did no harm');

    await ownership.close();
    await ownership.close();
    assert.equal(await readdir(dir), []);
    await (await own(dir, () => {})).close();
  }));

test('close ends connections that are open, and a second close leaves the next owner alone', () =>
  inDataFolder(async (dir) => {
    const first = await own(dir, (socket) => socket.write('stay'));
    const client = connect(first.socketPath);
    await once(client, 'data');
    const ended = once(client, 'close');
    await first.close();
    await ended;
    const second = await own(dir, (socket) => socket.end('second'));
    await first.close();
    assert.is(await answerOf(second.socketPath), 'second');
    await second.close();
  }));

test('a connection that is reset does not end the owner', () =>
  inDataFolder(async (dir) => {
    const ownership = await own(dir, (socket) => {
      socket.write('x'.repeat(1_000_000));
    });
    for (let count = 0; count < 5; count += 1) {
      const client = connect(ownership.socketPath);
      await once(client, 'connect');
      client.destroy();
    }
    const client = connect(ownership.socketPath);
    await once(client, 'data');
    client.destroy();
    await ownership.close();
  }));

test('what a killed owner left behind is taken over, whatever stands there', () =>
  inDataFolder(async (dir) => {
    const child = await startOwner(dir);
    assert.is(await child.ask('go'), 'owner');
    assert.match((await faultOf(own(dir, () => {}))).text, `process ${child.pid}`);
    await child.kill();
    assert.equal((await readdir(dir)).length, 2, 'a dead socket and its link');

    const after = await own(dir, (socket) => socket.end('mine'));
    assert.is(await answerOf(after.socketPath), 'mine');
    await after.close();

    await writeFile(join(dir, 'control.sock'), 'a file');
    await writeFile(join(dir, 'owner-1-00000000'), 'a file');
    await symlink('nowhere', join(dir, 'owner-1-00000001'));
    const again = await own(dir, (socket) => socket.end('mine'));
    assert.is(await answerOf(again.socketPath), 'mine');
    await again.close();
    assert.equal(await readdir(dir), []);
  }));

test('an owner that is stopped, not dead, keeps its directory', () =>
  inDataFolder(async (dir) => {
    const child = await startOwner(dir);
    await child.ask('go');
    process.kill(child.pid, 'SIGSTOP');
    assert.is((await faultOf(own(dir, () => {}))).code, 'STORE_IN_USE');
    process.kill(child.pid, 'SIGCONT');
    await child.kill();
  }));

test('of processes that start at once exactly one owns the directory, 20 times over', () =>
  inDataFolder(async (dir) => {
    const children = [await startOwner(dir), await startOwner(dir)];
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(children.map((child) => child.ask('go')));
      assert.is(
        answers.filter((answer) => answer === 'owner').length,
        1,
        `round ${round}: ${answers.join(', ')}`,
      );
      const winner = answers.indexOf('owner');
      const owner = children[winner];
      assert.ok(answers.includes(`STORE_IN_USE ${owner?.pid}`), answers.join(', '));
      if (round % 5 === 4) {
        // The next round begins with what a killed owner left behind.
        await owner?.kill();
        children[winner] = await startOwner(dir);
      } else await owner?.ask('end');
    }
  }));

test('of ten starters in one process exactly one owns the directory', () =>
  inDataFolder(async (dir) => {
    for (let round = 0; round < 5; round += 1) {
      const tries = await Promise.allSettled(Array.from({ length: 10 }, () => own(dir, () => {})));
      const owned = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      assert.is(owned.length, 1);
      for (const each of tries)
        if (each.status === 'rejected') assert.is(each.reason.code, 'STORE_IN_USE', String(each.reason));
      for (const each of owned) await each.close();
    }
  }));

test('a path that is too long for a socket is reached by a short link, and the lock still stands in the directory', () =>
  inDataFolder(async (dir) => {
    const long = join(dir, 'x'.repeat(120), 'data');
    const ownership = await own(long, (socket) => socket.end('hello'));
    const link = ownership.socketPath.slice(0, -'/control.sock'.length);
    try {
      assert.ok(Buffer.byteLength(ownership.socketPath) <= 100);
      assert.ok((await lstat(link)).isSymbolicLink());
      assert.is(await controlSocketPath(long), ownership.socketPath);
      assert.is(await answerOf(ownership.socketPath), 'hello');
      assert.ok((await readdir(long)).includes('control.sock'));
      assert.is((await faultOf(own(long, () => {}))).code, 'STORE_IN_USE');
      await ownership.close();

      await rm(link);
      await symlink('/', link);
      const fault = await faultOf(own(long, () => {}));
      assert.match(fault.text, /belongs to somebody else/);
    } finally {
      await ownership.close();
      await rm(link, { force: true });
    }
  }));

test('a directory that is not there has no owner; one that cannot be made is a fault', () =>
  inDataFolder(async (dir) => {
    assert.is(await controlSocketPath(dir), join(dir, 'control.sock'));
    await mkdir(dir);
    await writeFile(join(dir, 'file'), '');
    assert.is((await faultOf(own(join(dir, 'file', 'data'), () => {}))).code, 'STORE_UNWRITABLE');
  }));

async function own(dir: string, onConnection: (socket: Socket) => void): Promise<Ownership> {
  const ownership = await ownDirectory(dir, onConnection);
  leftOpen.push(ownership.close);
  return ownership;
}

async function answerOf(path: string): Promise<string> {
  let answer = '';
  for await (const chunk of connect(path)) answer += chunk;
  return answer;
}

async function startOwner(dir: string) {
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, ['--import', 'tsx', program, dir]);
  const lines: string[] = [];
  let wake = () => {};
  child.stdout.on('data', (chunk) => {
    lines.push(...String(chunk).split('\n').filter(Boolean));
    wake();
  });
  child.stdin.on('error', () => {});
  const line = async () => {
    while (lines.length === 0 && child.exitCode === null)
      await new Promise<void>((resolve) => {
        wake = resolve;
        child.once('close', () => resolve());
      });
    return lines.shift() ?? 'ended';
  };
  assert.is(await line(), 'ready');
  const closed = once(child, 'close');
  const kill = async () => {
    child.kill('SIGKILL');
    await closed;
  };
  leftOpen.push(kill);
  return {
    pid: child.pid ?? 0,
    ask(word: string) {
      child.stdin.write(`${word}\n`);
      return line();
    },
    kill,
  };
}

test.run();
