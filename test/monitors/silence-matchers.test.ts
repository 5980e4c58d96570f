import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readWebhook } from '../../src/monitors/alertmanager-webhook.js';
import { extraLabels, matchersOf } from '../../src/monitors/silence-matchers.js';
import { silenceRecordType } from '../../src/monitors/silence-record.js';

const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
const startsAt = '2026-03-01T03:00:00Z';
/** Labels as they come in JSON, where `__proto__` is a name like any other. */
const labels = (more: string): Readonly<Record<string, string>> => JSON.parse(`{"alertname":"Disk"${more}}`);

test('A silence is kept to its alert also by labels that are named as something of every object.', () => {
  for (const name of names) {
    const other = labels(`,"${name}":"acme"`);
    assert.equal(extraLabels(labels(''), [{ labels: other }]), [name]);
    assert.equal(
      matchersOf(other, []).map((matcher) => matcher.name),
      ['alertname', name],
    );
    assert.equal(extraLabels(other, [{ labels: labels('') }]), []);
  }
});

test('No label is lost on the way, whatever its name.', () => {
  for (const name of names) {
    const body = `{"alerts":[{"status":"firing","labels":{"alertname":"Disk","${name}":"acme"},"startsAt":"${startsAt}","fingerprint":"a1"}]}`;
    const reading = readWebhook('prod', body, new Date(startsAt));
    const alert = 'events' in reading ? reading.events[0]?.alert : undefined;
    assert.equal(Object.entries(alert?.labels ?? {}), [
      ['alertname', 'Disk'],
      [name, 'acme'],
    ]);
    const record = {
      alert,
      silenceId: 's',
      endsAt: startsAt,
      sources: [],
      author: '',
      comment: '',
      absent: [],
    };
    const read = silenceRecordType.parse(JSON.parse(JSON.stringify(record)));
    assert.is(Object.keys(read.alert.labels).length, 2, name);
  }
});

test('A label that is not text is refused.', () => {
  const reading = readWebhook(
    'prod',
    `{"alerts":[{"status":"firing","labels":{"__proto__":{"toString":1}},"startsAt":"${startsAt}","fingerprint":"a1"}]}`,
    new Date(startsAt),
  );
  assert.ok('problem' in reading);
});

test.run();
