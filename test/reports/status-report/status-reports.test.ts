import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { note, openScene } from './scene.js';

test('Each firing counts once, on the day on which it fired, and is acknowledged by the first who did', async () => {
  const scene = await openScene('2026-03-08T12:00:00Z');
  await scene.write(
    note('fired', 'a', '2026-03-07T23:50:00Z'),
    note('fired', 'b', '2026-03-08T00:00:00Z', { severity: 'warning', source: 'icinga' }),
    note('repeated', 'b', '2026-03-08T00:05:00Z', { severity: 'warning', source: 'icinga' }),
    note('acknowledged', 'a', '2026-03-08T00:10:00Z', { author: 'anna@example.com' }),
    note('acknowledged', 'a', '2026-03-08T00:30:00Z', { author: 'ben@example.com' }),
    note('fired', 'own', '2026-03-08T01:00:00Z', { source: 'ackmail' }),
    note('resolved', 'b', '2026-03-08T02:00:00Z', { severity: 'warning', source: 'icinga' }),
  );
  const report = await scene.make('2026-03-07T12:00:00Z');
  assert.equal(report.alerts, {
    fired: 2,
    bySeverity: [
      { name: 'critical', fired: 1, acknowledged: 1 },
      { name: 'warning', fired: 1, acknowledged: 0 },
    ],
    bySource: [
      { name: 'icinga', fired: 1, acknowledged: 0 },
      { name: 'prod', fired: 1, acknowledged: 1 },
    ],
  });
  const { days, byAuthor, count, medianMs } = report.acknowledgement;
  assert.equal(byAuthor, [{ author: 'anna@example.com', count: 1 }]);
  assert.equal([count, medianMs], [1, 20 * 60_000]);
  assert.equal(
    days.map(({ from, fired, acknowledged }) => [from.toISOString(), fired, acknowledged]),
    [
      ['2026-03-07T12:00:00.000Z', 1, 1],
      ['2026-03-08T00:00:00.000Z', 1, 0],
    ],
  );
  assert.equal(
    report.unacknowledged.longest.map(({ alertId, lastedMs, firing }) => [alertId, lastedMs, firing]),
    [['b', 2 * 3_600_000, false]],
  );
  await scene.close();
});

test.run();
