import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Tidies memory as Node does it some day, so that what only a weak reference held is gone, also in several `rounds`. */
export async function collectGarbage(rounds = 10): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
