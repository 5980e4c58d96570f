import { fakeClock } from '../../helpers/fake-clock.js';
import { killAt } from '../../helpers/kill-at.js';
import { until } from '../../helpers/until.js';

// Runs the plugin on a data directory until a report has left, and is killed in place of one change of a file before.

const [dir = '', settings = '', step = ''] = process.argv.slice(2);
const killing = await killAt();
const { register } = await import('../../../src/index.js');
const { createTestHost } = await import('../../helpers/test-host.js');

const clock = fakeClock(new Date('2026-03-29T04:59:00Z'));
const host = await createTestHost(JSON.parse(settings), dir);
const plugin = await register(host, { clock });
await plugin.start();
if (Number(step) > 0) killing.arm(Number(step));
await clock.forward(120_000);
const { historyDays } = await import('../../../src/store/history-days.js');
const { createFolder } = await import('../../../src/store/folder.js');
await until('the end of the report', async () => {
  let isOver = false;
  for (const { read } of await historyDays(createFolder(`${host.dataDir}/history`)))
    await read(new Set(['reported', 'not-reported']), 0, () => {
      isOver = true;
    });
  return isOver;
});
console.log(`changes ${killing.count()}`);
await plugin.stop();
