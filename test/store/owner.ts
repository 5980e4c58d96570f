import { Fault } from '../../src/core/fault.js';
import { own } from '../../src/store/own.js';

// A process for own.test.ts: tries to own a directory when it is told `go`, says what came of it, and keeps
// the directory until it is told `end` or killed. Usage: owner.ts DIR

const [dir = ''] = process.argv.slice(2);
process.stdin.on('data', async (chunk) => {
  if (!chunk.toString().includes('go')) return;
  try {
    const ownership = await own(dir, (socket) => socket.end(`owner ${process.pid}\n`));
    console.log('owner');
    process.stdin.on('data', async (next) => {
      if (!next.toString().includes('end')) return;
      await ownership.close();
      console.log('closed');
      process.exit();
    });
  } catch (error) {
    console.log(error instanceof Fault ? `${error.code} ${error.facts['pid']}` : String(error));
    process.stdin.on('data', () => process.exit());
  }
});
console.log('ready');
