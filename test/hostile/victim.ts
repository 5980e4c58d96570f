import { answerType } from '../../src/ack/answers/answer-record.js';
import { createEmailAcknowledgement } from '../../src/ack/email-acknowledgement.js';
import { putOffType } from '../../src/ack/put-off.js';
import { replyType } from '../../src/ack/reply-record.js';
import { seenType } from '../../src/ack/trust/replays.js';
import type { Clock } from '../../src/core/clock.js';
import type { Log } from '../../src/core/host.js';
import type { Mailbox } from '../../src/core/mail.js';
import { composedMail, firingAlert, person, references, type Scene, trusting } from '../ack/scene.js';
import { quietLog } from '../helpers/quiet-log.js';

/** Waits between two tries take a fiftieth. */
const speed = 50;

/** A clock that runs fast. */
export function fastClock(): Clock {
  const startMs = Date.now();
  const now = () => new Date(startMs + (Date.now() - startMs) * speed);
  return {
    now,
    elapsedMs: () => performance.now() * speed,
    until: (date, signal) =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, Math.min((date.getTime() - now().getTime()) / speed, 2 ** 30));
        signal?.addEventListener('abort', end, { once: true });
        if (signal?.aborted) end();
      }),
  };
}

/** The acknowledgement by email over a mailbox whose server is hostile; `told` is what the host heard of, by alert. */
export function createVictim(mailbox: Mailbox, scene: Scene, clock: Clock, log: Log = quietLog) {
  const told: string[] = [];
  const acknowledgement = createEmailAcknowledgement({
    account: 'alerts',
    mailbox,
    replies: scene.store.collection('replies', replyType),
    putOff: scene.store.collection('put-off', putOffType),
    seen: scene.store.collection('seen', seenType),
    mails: { get: async (id) => composedMail(id), names: async () => [] },
    alert: (id) => firingAlert(id),
    async acknowledge({ alertIds }) {
      told.push(...alertIds);
      return 'acknowledged';
    },
    answers: scene.store.collection('answers', answerType),
    answerTransport: {
      roomAt: () => new Date(0),
      send: () => Promise.reject(new Error('nothing is sent here')),
    },
    firing: () => undefined,
    threads: async () => [],
    nameOf: ({ id }) => id,
    settings: {
      expires: 8 * 3_600_000,
      answers: { confirm: false, tellOthers: false },
    },
    trust: trusting(),
    timeZone: 'UTC',
    recipients: [person],
    bounced: async (mail) => mail,
    unreached: async () => {},
    references,
    systemErrors: scene.systemErrors,
    history: scene.store.history,
    clock,
    log,
  });
  return {
    start: acknowledgement.start,
    /** How often the host was told of the alert of a mail. */
    times: (id: string) => told.filter((each) => each === `alert-${id}`).length,
  };
}
