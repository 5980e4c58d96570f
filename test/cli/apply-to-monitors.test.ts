import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { applyToMonitors } from '../../src/cli/apply-to-monitors.js';
import type { Acknowledgement, AcknowledgeOutcome } from '../../src/core/acknowledgement.js';
import type { Alert } from '../../src/core/alert.js';
import type { Monitor } from '../../src/core/monitor.js';
import { quietLog } from '../helpers/quiet-log.js';

const alert = (source: string, id: string): Alert => ({
  id,
  fingerprint: `${source}/${id}`,
  source,
  labels: {},
  annotations: {},
  severity: 'critical',
  status: 'firing',
  startsAt: new Date(),
});

const acknowledgement: Acknowledgement = {
  kind: 'acknowledge',
  alertIds: ['1', '2', '3'],
  author: 'someone@example.com',
  comment: '',
  at: new Date(),
  source: 'reply-1',
};

const monitor = (name: string, answer: () => AcknowledgeOutcome, told: string[] = []): Monitor => ({
  name,
  routes: [],
  start: async () => {},
  async apply({ alertIds, source }, alerts) {
    told.push(`${name} ${source} ${alertIds} ${alerts.map(({ id }) => id)}`);
    return answer();
  },
});

test('One reply to alerts of two monitors acknowledges each in its own', async () => {
  const told: string[] = [];
  const monitors = [monitor('prod', () => 'acknowledged', told), monitor('test', () => 'duplicate', told)];
  const apply = applyToMonitors(() => monitors, quietLog);
  const alerts = [alert('prod', '1'), alert('test', '2'), alert('prod', '3')];
  assert.is(await apply(acknowledgement, alerts), 'acknowledged');
  assert.equal(told.sort(), ['prod reply-1 1,3 1,3', 'test reply-1 2 2']);
});

test('One monitor that fails keeps no other from being told, and the whole is tried again', async () => {
  const told: string[] = [];
  const failing = monitor('prod', () => {
    throw new Error('down');
  });
  const apply = applyToMonitors(() => [failing, monitor('test', () => 'acknowledged', told)], quietLog);
  try {
    await apply(acknowledgement, [alert('prod', '1'), alert('test', '2')]);
    assert.unreachable();
  } catch (thrown) {
    assert.match(String(thrown), 'down');
  }
  assert.is(told.length, 1);
});

test('Alerts of a monitor that is no longer there are gone', async () => {
  const apply = applyToMonitors(() => [], quietLog);
  assert.is(await apply(acknowledgement, [alert('prod', '1')]), 'gone');
  assert.is(await apply(acknowledgement, []), 'gone');
});

test.run();
