import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findBarriers } from './find-barriers.js';
import { type Stage, startStage } from './stage.js';

interface Context {
  stage: Stage;
}

const test = suite<Context>('accessible');
const outside = ['/sign-in', '/oauth/callback', '/nowhere'];

test.before(async (context) => {
  context.stage = await startStage();
});
test.after(({ stage }) => stage.end());

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing serious outside the door, ${colorScheme}`, async ({ stage }) => {
    const page = await stage.visit({ bypassCSP: true, colorScheme });
    for (const path of outside) {
      await page.goto(`${stage.origin}${path}`);
      const { kept, serious, minor } = await findBarriers(page);
      console.log(
        `axe ${colorScheme} ${path}: ${kept} rules kept, ${minor.length} minor, ${serious.length} serious`,
      );
      assert.equal(serious, [], path);
    }
  });

test.run();
