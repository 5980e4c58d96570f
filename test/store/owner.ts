import { createInterface } from 'node:readline';
import { Fault } from '../../src/core/fault.js';
import { type Ownership, own } from '../../src/store/own.js';

// A process for own.test.ts. On `go` it tries to own a directory and says what came of it, on `end` it gives
// the directory back. Usage: owner.ts DIR

const [dir = ''] = process.argv.slice(2);
let ownership: Ownership | undefined;

console.log('ready');
for await (const word of createInterface({ input: process.stdin })) {
  if (word === 'go') console.log(await go());
  if (word === 'end') {
    await ownership?.close();
    console.log('ended');
  }
}

async function go(): Promise<string> {
  try {
    ownership = await own(dir, (socket) => socket.end(`owner ${process.pid}\n`));
    return 'owner';
  } catch (error) {
    return error instanceof Fault ? `${error.code} ${error.facts['pid']}` : String(error);
  }
}
