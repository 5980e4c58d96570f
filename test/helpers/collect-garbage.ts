import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Tidies memory as Node does it some day, so that what only a weak reference held is gone. */
export async function collectGarbage(): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
