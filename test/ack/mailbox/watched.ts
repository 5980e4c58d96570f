import { createImapMailbox, type ImapMailboxSetup } from '../../../src/ack/mailbox/imap-mailbox.js';
import { positionType } from '../../../src/ack/mailbox/mailbox-position.js';
import { systemClock } from '../../../src/core/clock.js';
import type { Reply } from '../../../src/core/mail.js';
import { createNetwork } from '../../../src/network/create-network.js';
import { quietLog } from '../../helpers/quiet-log.js';
import { until } from '../../helpers/until.js';
import type { Scene } from '../scene.js';

/** Watches a mailbox, asking for the next mail at once, or when `take` has returned. */
export function watched(
  scene: Scene,
  setup: Pick<ImapMailboxSetup, 'account'> & Partial<ImapMailboxSetup>,
  take: (reply: Reply) => Promise<void> = async () => {},
) {
  const mailbox = createImapMailbox({
    settings: { done: 'move', moveTo: 'Acknowledged' },
    tokens: { getToken: () => Promise.reject(new Error('no tokens here')) },
    network: createNetwork({ env: {} }),
    positions: scene.store.collection('positions', positionType),
    systemErrors: scene.systemErrors,
    clock: systemClock,
    log: quietLog,
    loginRemedy: 'Ask an administrator.',
    ...setup,
  });
  const stopping = new AbortController();
  const seen: Reply[] = [];
  const ended = (async () => {
    for await (const reply of mailbox.watch(stopping.signal)) {
      await take(reply);
      seen.push(reply);
    }
  })();
  return {
    mailbox,
    seen,
    subjects: () => seen.map(({ header }) => /^Subject: (.*)\r$/m.exec(header.toString())?.[1]),
    watching: () => until('the mailbox to be watched', () => mailbox.state().state === 'watching'),
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
