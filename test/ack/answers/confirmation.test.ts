import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { alertsOf } from '../../../src/ack/answers/alerts-of.js';
import { confirmation } from '../../../src/ack/answers/confirmation.js';
import { news } from '../../../src/ack/answers/news.js';
import type { ReplyRecord } from '../../../src/ack/reply-record.js';
import type { Acknowledgement } from '../../../src/core/acknowledgement.js';
import type { Alert } from '../../../src/core/alert.js';
import { composedMail, firingAlert } from '../scene.js';

const ann = 'ann@example.com';
const at = new Date('2026-03-01T03:00:00Z');
const expiresAt = new Date('2026-03-29T03:30:00Z');
const owner = { author: 'bob@example.com', comment: '', at, expiresAt };
const resolved = { status: 'resolved', endsAt: new Date('2026-03-01T02:30:00Z') } as const;
const digest = composedMail('aaaaaaaaaaaaa', {
  alertIds: Array.from({ length: 12 }, (_, index) => `alert-${index + 1}`),
});

function acknowledgement(more: Partial<Acknowledgement> = {}): Acknowledgement {
  return {
    ...{ kind: 'acknowledge', alertIds: ['alert-1'], author: ann, comment: '', at, source: 'm1', expiresAt },
    ...more,
  };
}

interface Case {
  readonly said?: Partial<Acknowledgement>;
  readonly outcome?: ReplyRecord['outcome'];
  readonly reason?: string;
  readonly alerts?: readonly Alert[];
  readonly mail?: typeof digest;
  readonly isAgain?: boolean;
}

/** What Ann is told of her reply. */
function told({ said = {}, outcome, reason, alerts, mail, isAgain }: Case): string {
  const record: ReplyRecord = {
    place: { account: 'alerts', position: '1:1' },
    ...{
      mailId: 'aaaaaaaaaaaaa',
      readAt: at,
      verdict: 'acknowledge',
      reason: reason ?? 'it begins with ack',
    },
    ...{ author: ann, acknowledgement: acknowledgement(said), outcome: outcome ?? 'acknowledged' },
  };
  const known = alerts ?? [
    firingAlert('alert-1', { status: 'acknowledged', owner: { ...owner, author: ann } }),
  ];
  const text = confirmation(record, {
    mail: mail ?? composedMail('aaaaaaaaaaaaa', { alertIds: ['alert-1'] }),
    alert: (id) => known.find((each) => each.id === id),
    newer: isAgain
      ? composedMail('bbbbbbbbbbbbb', { subject: '[CRITICAL] DiskFull on db1 [#one-bbb]', composedAt: at })
      : undefined,
    timeZone: 'Europe/Berlin',
  });
  return text ?? '';
}

test('Who replied is told until when they have it, in the zone of the mails, over the change of the clocks.', () => {
  const end = 'Sun 29 Mar 2026, 05:30 CEST';
  const back = '\n\nTo give it back, reply "unack".';
  assert.is(told({}), `You have it until ${end}, or until it is resolved.${back}`);
  assert.is(told({ outcome: 'duplicate' }), told({}));
});

test('Of a mail about several alerts they are told the numbers, and which are over.', () => {
  const alerts = digest.alertIds.map((id) => firingAlert(id, { status: 'acknowledged', owner }));
  const some = { alertIds: ['alert-2', 'alert-5', 'alert-7', 'alert-8', 'alert-9'] };
  assert.match(
    told({ mail: digest, alerts, said: some }),
    /^You have numbers 2, 5 and 7-9 of that mail until /,
  );
  const every = { alertIds: digest.alertIds };
  assert.match(
    told({ mail: digest, alerts, said: every }),
    /^You have all 12 alerts of that mail until .* they are/,
  );
  const one = { alertIds: ['alert-3'] };
  assert.match(
    told({ mail: digest, alerts, said: one }),
    /^You have number 3 of that mail until .* it is resolved/,
  );
  const mixed = alerts.map((alert) => (alert.id === 'alert-5' ? { ...alert, ...resolved } : alert));
  assert.match(
    told({ mail: digest, alerts: mixed, said: some }),
    /^You have numbers 2 and 7-9 of that mail until .* Number 5 of that mail is over, since Sun 1 Mar 2026, 03:30 CET\.\n/,
  );
  // What nobody knows any more was resolved long ago.
  assert.match(
    told({ mail: digest, alerts: [], said: some }),
    /^Not taken: numbers 2, 5 and 7-9 of that mail are over\.$/,
  );
});

test('They are told why not: it is over, somebody has it, the monitor did not take it.', () => {
  const over = [firingAlert('alert-1', resolved)];
  assert.is(told({ alerts: over }), 'Not taken: the alert is over, since Sun 1 Mar 2026, 03:30 CET.');
  assert.is(told({ alerts: over, outcome: 'gone' }), told({ alerts: over }));
  assert.is(
    told({ alerts: over, isAgain: true }),
    'Not taken: the alert is over, since Sun 1 Mar 2026, 03:30 CET. It fires again: to take that, reply to the mail ' +
      '"[CRITICAL] DiskFull on db1 [#one-bbb]" of Sun 1 Mar 2026, 04:00 CET.',
  );
  const bobs = [firingAlert('alert-1', { status: 'acknowledged', owner })];
  assert.is(
    told({ alerts: bobs, outcome: 'already-acknowledged' }),
    'Not taken: bob@example.com has it since Sun 1 Mar 2026, 04:00 CET, until Sun 29 Mar 2026, 05:30 CEST.',
  );
  const firing = [firingAlert('alert-1')];
  assert.is(
    told({ alerts: firing, outcome: 'already-acknowledged' }),
    'Not taken: somebody else has it already.',
  );
  assert.match(
    told({ alerts: firing, outcome: 'gone' }),
    /^Not taken: the monitor does not know it as firing any more\.$/,
  );
  assert.match(
    told({ alerts: firing, outcome: 'not-taken' }),
    /^Not taken: the monitor has not accepted it for 24 hours/,
  );
  assert.match(told({ outcome: 'superseded' }), /^Not taken: a later reply/);
});

test('Who gave it back, and whose reply is only a comment, is told so and why.', () => {
  const firing = [firingAlert('alert-1')];
  assert.is(told({ said: { kind: 'unacknowledge' }, alerts: firing }), 'Given back: nobody has it now.');
  const comment = { said: { kind: 'comment' }, reason: 'somebody has the alert already' } as const;
  const bobs = [
    firingAlert('alert-1', { status: 'acknowledged', owner: { ...owner, author: 'bob@example.com' } }),
  ];
  assert.is(
    told({ ...comment, alerts: bobs }),
    'Noted as a comment: somebody has the alert already. bob@example.com has it since Sun 1 Mar 2026, 04:00 CET, ' +
      'until Sun 29 Mar 2026, 05:30 CEST. To take it, reply "ack".',
  );
  assert.match(told(comment), /^Noted as a comment: .* You have it since .*CEST\.$/);
  assert.is(
    told({ ...comment, alerts: [firingAlert('alert-1', resolved)] }),
    'Noted as a comment: somebody has the alert already.',
  );
});

test('The others are told who has which alerts by name, and what was written; of what is over, nothing.', () => {
  const alert = (id: string) => (id === 'alert-12' ? firingAlert(id, resolved) : firingAlert(id));
  const facts = { alert, nameOf: ({ id }: Alert) => `DiskFull on ${id}`, timeZone: 'UTC' };
  const single = composedMail('bbbbbbbbbbbbb', { alertIds: ['alert-1'] });
  const said = acknowledgement({ comment: 'on it' });
  assert.is(
    news(said, { ...facts, mail: single }),
    `${ann} has it until Sun 29 Mar 2026, 03:30 UTC, or until it is resolved.\n\n${ann} writes: on it`,
  );
  const two = acknowledgement({ alertIds: ['alert-1', 'alert-5', 'alert-12'] });
  assert.is(
    news(two, { ...facts, mail: digest }),
    `${ann} has numbers 1 and 5 of that mail until Sun 29 Mar 2026, 03:30 UTC, or until they are resolved.\n\n` +
      '1. DiskFull on alert-1\n5. DiskFull on alert-5',
  );
  // In the thread of another action that told of one of them alone.
  assert.is(
    news(two, { ...facts, mail: single }),
    `${ann} has 2 alerts until Sun 29 Mar 2026, 03:30 UTC, or until they are resolved.\n\n` +
      '1. DiskFull on alert-1\n- DiskFull on alert-5',
  );
  const many = acknowledgement({ alertIds: Array.from({ length: 500 }, (_, index) => `alert-x${index}`) });
  assert.match(news(many, { ...facts, mail: digest }) ?? '', /- DiskFull on alert-x19\nand 480 more$/);
  const elsewhere = acknowledgement({ alertIds: ['alert-5'] });
  assert.match(
    news(elsewhere, { ...facts, mail: single }) ?? '',
    /^ann@example.com has DiskFull on alert-5 until /,
  );
  assert.is(news(acknowledgement({ alertIds: ['alert-12'] }), { ...facts, mail: digest }), undefined);
  assert.is(news(acknowledgement({ kind: 'comment' }), { ...facts, mail: single }), undefined);
  assert.is(news(acknowledgement({ kind: 'unacknowledge' }), { ...facts, mail: single }), undefined);
});

test('Numbers are written as people write them.', () => {
  const of = (...numbers: number[]) =>
    alertsOf(
      numbers.map((number) => `alert-${number}`),
      digest,
    );
  assert.is(of(1), 'number 1 of that mail');
  assert.is(of(1, 2), 'numbers 1 and 2 of that mail');
  assert.is(of(1, 2, 3), 'numbers 1-3 of that mail');
  assert.is(of(12, 1, 3, 4), 'numbers 1, 3, 4 and 12 of that mail');
});

test.run();
