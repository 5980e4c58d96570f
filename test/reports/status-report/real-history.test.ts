import { readFile } from 'node:fs/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { askOwner } from '../../../src/cli/ask-owner.js';
import type { StatusReport } from '../../../src/core/status-report.js';
import { headerField } from '../../helpers/lab.js';
import { gone, startStory } from '../../helpers/story.js';
import { until } from '../../helpers/until.js';

const team = 'team@example.com';

test('What really happened stands in the report: replies, the monitor, a stranger, a refused recipient, another firing', async () => {
  const story = await startStory(
    {
      timeZone: 'Europe/Berlin',
      actions: [{ type: 'email', account: 'alerts', name: 'team', to: [team, gone] }],
    },
    '03:00',
  );
  const report = async (): Promise<StatusReport> => {
    const owner = await askOwner(story.host.dataDir);
    assert.ok(owner);
    const to = new Date(story.clock.now().getTime() + 1);
    const from = new Date(to.getTime() - 86_400_000);
    return JSON.parse(await owner.report({ from, to }, 'json'));
  };
  try {
    const first = await story.fires('db1');
    const mail = await story.mail(team);
    await story.settled();
    await story.at('03:10');
    await story.replies(team, mail, 'on it');
    await story.replies(team, mail, 'comment the disk is new');
    await story.replies(team, mail, 'unack');
    story.writes('stranger@example.net', mail, 'ack');
    const refused = async () => {
      const day = await readFile(`${story.host.dataDir}/history/2026-03-02.ndjson`, 'utf8');
      return day.includes('"kind":"refused"');
    };
    await until('the refusal', refused);
    await story.at('03:20');
    await story.ends(first);
    await story.settled();
    await story.at('03:30');
    // The condition fires again, and somebody takes it in the monitor.
    const { alert } = await story.fires('db1');
    await story.at('03:35');
    const owner = { author: 'kim', comment: '', at: story.clock.now() };
    await story
      .plugin()
      .handleAlerts([{ id: 'taken', kind: 'acknowledged', at: story.clock.now(), alert, owner }]);
    await story.fires('db2', 'warning');
    await story.settled();

    const made = await report();
    assert.equal(made.alerts.bySeverity, [
      { name: 'critical', fired: 2, acknowledged: 2 },
      { name: 'warning', fired: 1, acknowledged: 0 },
    ]);
    assert.equal(made.acknowledgement.byAuthor, [
      { author: 'kim', count: 1 },
      { author: team, count: 1 },
    ]);
    assert.equal([made.acknowledgement.medianMs, made.acknowledgement.percentile90Ms], [300_000, 600_000]);
    assert.equal(
      made.unacknowledged.longest.map(({ name, firing }) => [name, firing]),
      [['DiskFull on db2', true]],
    );
    const counts = Object.fromEntries(made.replies.byVerdict.map(({ verdict, count }) => [verdict, count]));
    assert.equal(counts, { acknowledged: 1, commented: 1, unacknowledged: 1, refused: 1 });
    assert.is(made.systemErrorsRaised, 1);
    assert.is(made.systemErrors[0]?.code, 'SMTP_REJECTED');
    assert.is(made.delivery.accepted, story.subjects(team).length);
    assert.is(made.delivery.mails, made.delivery.accepted);
    assert.is(made.delivery.rejected, made.delivery.mails);
    assert.match(headerField(mail, 'Subject'), 'DiskFull on db1');
  } finally {
    await story.end();
  }
});

test.run();
