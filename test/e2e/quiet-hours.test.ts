import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gone, startStory } from '../helpers/story.js';

const team = 'team@example.com';
const quiet = { from: '22:00', to: '07:00' };
const settings = (more: object = {}) => ({
  timeZone: 'Europe/Berlin',
  actions: [{ type: 'email', account: 'alerts', name: 'team', to: [team], quiet, ...more }],
});

test('A night: what is critical wakes the team, the rest is one mail in the morning, of what still stands.', async () => {
  // 22:00 in Berlin is 21:00 in UTC.
  const story = await startStory(settings(), '20:30');
  try {
    const evening = await story.fires('db0', 'warning');
    await story.mail(team);
    await story.at('21:00');
    await story.ends(evening);
    await story.fires('db1', 'warning');
    const brief = await story.fires('db2', 'warning');
    await story.fires('db3', 'info');
    await story.at('02:00');
    await story.ends(brief);
    await story.fires('db4', 'critical');
    assert.match(await story.mail(team, 2), /^Subject: \[CRITICAL\] DiskFull on db4/m);
    await story.restart();
    await story.at('05:59:59');
    assert.is(story.subjects(team).length, 2);
    const [status] = (await story.plugin().status()).actions;
    assert.is(status?.later, 3);
    const health = await story.plugin().fetch(new Request('http://localhost/healthz'));
    assert.is(health.status, 200, 'nothing of that is late');

    await story.at('06:00');
    const digest = await story.mail(team, 3);
    assert.match(digest, /^Subject: \[WARNING\] 3 alerts: DiskFull 3/m);
    assert.match(digest, /^1\. \[WARNING\] DiskFull on db1/m);
    assert.match(digest, /^2\. \[INFO\] DiskFull on db3/m);
    assert.match(digest, /^3\. \[RESOLVED\] DiskFull on db0/m);
    assert.not.match(digest, 'db2');

    await story.replies(team, digest, 'ack 2');
    assert.equal(
      story.host.acknowledged[0]?.alerts.map(({ labels }) => labels['instance']),
      ['db3'],
    );
    await story.at('09:00');
    assert.is(story.subjects(team).length, 3);
  } finally {
    await story.end();
  }
});

test('Somebody takes a held alert in the monitor: the mail of the morning says who has it.', async () => {
  const story = await startStory(settings(), '22:00');
  try {
    const fired = await story.fires('db1', 'warning');
    const { alert } = await story.fires('db2', 'warning');
    const owner = { author: 'kim', comment: 'on it', at: story.clock.now() };
    await story
      .plugin()
      .handleAlerts([{ ...fired, id: 'taken', kind: 'acknowledged', at: story.clock.now(), owner }]);
    await story.at('06:00');
    const digest = await story.mail(team);
    assert.match(digest, /1 firing, 1 acknowledged/);
    assert.match(digest, 'kim has it');
    assert.match(digest, String(alert.labels['instance']));
  } finally {
    await story.end();
  }
});

test('The mail server is away in the morning: when it is back, it is still one mail.', async () => {
  const story = await startStory(settings(), '22:00');
  try {
    for (const name of ['db1', 'db2', 'db3', 'db4']) await story.fires(name, 'warning');
    story.refuse({ code: 451, text: '4.3.2 not now' });
    await story.at('06:00');
    await story.tried();
    story.refuse(undefined);
    await story.clock.forward(20 * 60_000);
    assert.match(await story.mail(team), /^Subject: \[WARNING\] 4 alerts/m);
    await story.settled();
    assert.is(story.subjects(team).length, 1);
  } finally {
    await story.end();
  }
});

test('Administrators know no quiet hours: a warning of Ackmail itself reaches them at night.', async () => {
  const story = await startStory(
    { ...settings({ to: [team, gone] }), admins: ['admin@example.com'] },
    '22:00',
  );
  try {
    await story.fires('db1', 'critical');
    await story.mail(team);
    const mail = await story.mail('admin@example.com');
    assert.match(mail, /Severity: warning/);
    assert.match(mail, gone);
  } finally {
    await story.end();
  }
});

test('A step that becomes due at night waits for the morning, and what somebody has by then never comes.', async () => {
  const story = await startStory(
    {
      ...settings(),
      actions: [
        { type: 'email', account: 'alerts', name: 'oncall', to: ['oncall@example.com'] },
        ...settings({ after: '30m' }).actions,
      ],
    },
    '20:45',
  );
  try {
    await story.fires('db1', 'warning');
    await story.fires('db2', 'warning');
    await story.at('23:00');
    const mail = await story.mail('oncall@example.com');
    await story.replies('oncall@example.com', mail, 'mine');
    await story.at('05:59');
    assert.equal(story.subjects(team), []);
    await story.at('06:00');
    assert.match(await story.mail(team), /^Subject: \[WARNING\] DiskFull on db2/m);
    await story.settled();
    assert.is(story.subjects(team).length, 1);
  } finally {
    await story.end();
  }
});

test.run();
