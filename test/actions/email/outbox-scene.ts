import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmailAction } from '../../../src/actions/email/email-action.js';
import { mailType } from '../../../src/actions/email/mail-type.js';
import type { SmtpLimits } from '../../../src/actions/email/smtp-connections.js';
import { createOutbox } from '../../../src/actions/outbox.js';
import { outboxItemType } from '../../../src/actions/outbox-item.js';
import type { Account } from '../../../src/core/account.js';
import type { Action } from '../../../src/core/action.js';
import type { ComposedMail } from '../../../src/core/mail.js';
import { standingErrorsType } from '../../../src/reports/standing-errors.js';
import { createSystemErrors } from '../../../src/reports/system-errors.js';
import { openStore } from '../../../src/store/open-store.js';
import { type FakeClock, fakeClock } from '../../helpers/fake-clock.js';
import { until } from '../../helpers/until.js';
import { opsSettings, testEvent, testLog, testTokens, testWay } from './parts.js';

/** The outbox with one email action before real servers, with a fake clock. */
export interface OutboxScene {
  readonly clock: FakeClock;
  /** Puts an event of an alert of its own; of the highest priority unless told. */
  put(alert: string, priority?: number): Promise<void>;
  /** What was raised and cleared, as `raised CODE subject`, in the order in which it came. */
  readonly told: readonly string[];
  /** The messages of the errors that were raised. */
  readonly messages: readonly string[];
  /** The standing errors, as `CODE subject`. */
  standing(): readonly string[];
  waiting(): number;
  /** How often a try was put off. */
  deferrals(): number;
  /** Moves the clock until this is so, a step of 5 seconds at a time unless told. */
  forwardUntil(what: string, isSo: () => boolean | Promise<boolean>, stepMs?: number): Promise<void>;
  /** The mails on record. */
  mails(): Promise<readonly ComposedMail[]>;
}

const longestTryMs = 1_000;

/** Runs a test in a scene of its own. */
export async function inOutboxScene(
  parts: {
    readonly to: readonly string[];
    readonly account: Account;
    readonly backup?: Account;
    readonly limits?: Partial<SmtpLimits>;
  },
  use: (scene: OutboxScene) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'ackmail-scene-'));
  const clock = fakeClock();
  const store = await openStore({ dir, key: randomBytes(32), clock });
  const [log, tokens] = [testLog(), testTokens()];
  const told: string[] = [];
  const messages: string[] = [];
  let deferrals = 0;
  const systemErrors = createSystemErrors({
    ...{ document: store.collection('system', standingErrorsType), clock, log, history: store.history },
    async onChange({ code, subject, message }, change) {
      told.push(`${change} ${code} ${subject}`);
      if (change === 'raised') messages.push(message);
    },
  });
  const { limits = {} } = parts;
  const ways = { tokens, systemErrors, clock, log, limits };
  const mails = store.collection('mails', mailType);
  const email = createEmailAction({
    ...{
      settings: opsSettings(...parts.to),
      systemErrors,
      history: store.history,
      clock,
      log,
      mails,
    },
    primary: testWay({ ...ways, account: parts.account, hasBackup: parts.backup !== undefined }),
    timeZone: 'UTC',
    ...(parts.backup ? { backup: testWay({ ...ways, account: parts.backup }) } : {}),
  });
  let trying = 0;
  const action: Action = {
    ...email,
    async execute(events, signal) {
      trying += 1;
      return email.execute(events, signal).finally(() => {
        trying -= 1;
      });
    },
  };
  /** A server takes its time, and more of it on a busy machine: the clock stands still for that, but not for one that hangs. */
  const triesEnd = () => until('the end of a try', () => trying === 0, longestTryMs).catch(() => undefined);
  const done = new Set<string>();
  const outbox = createOutbox({
    ...{ items: store.collection('outbox', outboxItemType), actions: [action], clock, log },
    history: store.history,
    async onDone(_action, events) {
      for (const { id } of events) done.add(id);
    },
    wasTold: (_action, { id }) => done.has(id),
    onDelivery({ status }) {
      if (status === 'deferred') deferrals += 1;
    },
  });
  const stopping = new AbortController();
  const running = outbox.start(stopping.signal);
  try {
    await use({
      ...{ clock, told, messages },
      async put(alert, priority = 0) {
        const event = testEvent('fired');
        const own = {
          ...event.alert,
          id: alert,
          fingerprint: `test/${alert}`,
          annotations: { summary: alert },
        };
        await outbox.put('ops', { ...event, id: `${alert}-fired`, alert: own }, { priority });
      },
      standing: () => systemErrors.list().map(({ code, subject }) => `${code} ${subject}`),
      waiting: () => outbox.status('ops').waiting,
      deferrals: () => deferrals,
      forwardUntil: (what, isSo, stepMs = 5_000) =>
        until(
          what,
          async () => {
            if (await isSo()) return true;
            await clock.forward(stepMs, triesEnd);
            return isSo();
          },
          30_000,
        ).then(() => {}),
      async mails() {
        const all = await Promise.all((await mails.names()).map(mails.get));
        return all.filter((mail) => mail !== undefined);
      },
    });
  } finally {
    stopping.abort();
    // Nothing is under way that stop has not ended.
    const ended = running.then(() => action.close());
    await until('the end', async () => {
      await clock.forward(1_000);
      return Promise.race([ended.then(() => true), new Promise((resolve) => setImmediate(resolve))]);
    });
    await store.close();
    await rm(dir, { recursive: true, force: true });
  }
}
