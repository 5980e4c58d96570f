import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ComposedMail, RecipientStatus } from '../../../src/core/mail.js';
import { createReportMails, type ReportMailsSetup } from '../../../src/reports/status-report/report-mails.js';
import type { ReportState } from '../../../src/reports/status-report/report-state.js';
import { quietLog } from '../../helpers/quiet-log.js';
import { openScene } from './scene.js';

const [boss, gone] = ['boss@example.com', 'gone@example.com'];

/** Reports over a real history, a disk and a mail server that can be told to fail. */
async function open() {
  const scene = await openScene('2026-03-02T05:00:00Z');
  const documents = new Map<string, ReportState>();
  const sent: { readonly subject: string; readonly at: Date }[] = [];
  const changes: string[] = [];
  /** What the history says of reports. */
  const told: string[] = [];
  let made: Promise<unknown> = Promise.resolve();
  const failing = { report: false, put: (_: Partial<Record<keyof ReportState, unknown>>) => false };
  let status: RecipientStatus['status'] = 'accepted';
  const setup: ReportMailsSetup = {
    settings: { to: [boss, gone], every: 'day', day: 'mon', at: '07:00' },
    timeZone: 'UTC',
    ...{ clock: scene.clock, log: quietLog },
    history: {
      append: async ({ kind, reason }) => void told.push([kind, reason].filter(Boolean).join(': ')),
      since: async function* () {},
    },
    reports: {
      async make(span) {
        if (failing.report) throw new Error('EIO');
        const report = scene.reports.make(span);
        made = report;
        return report;
      },
    },
    document: {
      get: async (name) => documents.get(name),
      async put(name, value) {
        if (failing.put(value)) throw new Error('EIO');
        documents.set(name, value);
      },
      rename: async () => {},
      delete: async () => {},
      names: async () => [...documents.keys()],
    },
    transport: {
      roomAt: () => new Date(0),
      compose: ({ id, subject, text, to, at }): ComposedMail => ({
        ...{ id, subject, raw: text, action: '', account: 'alerts', eventIds: [], alertIds: [] },
        ...{ messageId: `<${id}@example.com>`, composedAt: at, envelopeFrom: 'alerts@example.com' },
        recipients: Object.fromEntries(to.map((name) => [name, { status: 'pending' }])),
      }),
      async send({ subject }, names, _signal, record) {
        if (status === 'accepted') sent.push({ subject, at: scene.clock.now() });
        const result = {
          recipients: Object.fromEntries(
            names.map((name) => [name, { status: name === gone ? 'rejected' : status }] as const),
          ),
        };
        await record(result);
        return result;
      },
    },
    systemErrors: {
      raise: async ({ code }) => void changes.push(`raised ${code}`),
      clear: async (code) => void changes.push(`cleared ${code}`),
      list: () => [],
    },
  };
  const rest = async () => {
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    await made.catch(() => {});
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  };
  let ending = new AbortController();
  let running: Promise<void> | undefined;
  const stop = async () => {
    ending.abort();
    await running;
  };
  return {
    ...{ told, sent, changes, failing, clock: scene.clock },
    /** Nothing is known any more but what is on disk. */
    start() {
      ending = new AbortController();
      running = createReportMails(setup).start(ending.signal);
    },
    stop,
    answer(wanted: RecipientStatus['status']) {
      status = wanted;
    },
    async forward(minutes: number) {
      await rest();
      await scene.clock.forward(minutes * 60_000, rest);
    },
    async close() {
      await stop();
      await scene.close();
    },
  };
}

test('What became of a report is said once, however often the next one cannot be made.', async () => {
  const at = await open();
  try {
    at.answer('deferred');
    at.start();
    await at.forward(3 * 60);
    assert.equal(at.told, []);
    at.failing.report = true;
    await at.forward(24 * 60);
    assert.equal(at.told, [], 'it is not over while there is none in its place');
    at.failing.report = false;
    await at.forward(20);
    assert.equal(at.told, ['not-reported: the next one was due']);
    at.answer('accepted');
    await at.forward(20);
    assert.equal(at.told, ['not-reported: the next one was due', 'reported']);
    assert.is(at.sent.length, 1);
  } finally {
    await at.close();
  }
});

test('What became of a report is said once, however often the disk fails, and then a refused recipient is told of.', async () => {
  const at = await open();
  try {
    at.start();
    await at.forward(119);
    at.failing.put = (state) => !state.open;
    await at.forward(60);
    assert.equal(at.told, []);
    at.failing.put = (state) => !state.open && !state.over;
    await at.forward(60);
    assert.equal(at.told, ['reported']);
    at.failing.put = () => false;
    await at.forward(20);
    assert.equal(at.told, ['reported']);
    await at.stop();
    at.start();
    await at.forward(20);
    assert.equal(at.told, ['reported']);
    assert.equal(at.changes, ['raised SMTP_REJECTED']);
  } finally {
    await at.close();
  }
});

test('What became of a report is rather said twice than never where Ackmail is killed at that.', async () => {
  const at = await open();
  try {
    at.start();
    await at.forward(119);
    at.failing.put = (state) => !state.open && !state.over;
    await at.forward(10);
    assert.equal(at.told, ['reported']);
    await at.stop();
    at.failing.put = () => false;
    at.start();
    await at.forward(10);
    assert.equal(at.told, ['reported', 'reported']);
    assert.is(at.sent.length, 1);
  } finally {
    await at.close();
  }
});

test('A clock that was ahead for long and is set right while Ackmail runs keeps no report back.', async () => {
  for (const answer of ['accepted', 'deferred'] as const) {
    const at = await open();
    try {
      at.start();
      await at.forward(3 * 60);
      assert.is(at.sent.length, 1);
      // A clock of a test does not jump while somebody waits.
      await at.stop();
      await at.clock.set(new Date('2027-03-02T06:00:00Z'));
      at.start();
      at.answer(answer);
      await at.forward(2 * 60);
      at.answer('accepted');
      const before = [...at.told];
      await at.clock.set(new Date('2026-03-04T06:30:00Z'));
      await at.forward(29);
      const ended = answer === 'deferred' ? ['not-reported: the clock was set back'] : [];
      assert.equal(at.told, [...before, ...ended], answer);
      const sent = at.sent.length;
      await at.forward(2);
      assert.is(at.sent.length, sent + 1, answer);
      assert.is(at.sent[sent]?.at.toISOString().slice(0, 15), '2026-03-04T07:0', answer);
    } finally {
      await at.close();
    }
  }
});

test.run();
