import { once } from 'node:events';
import { maildropType } from '../src/ack/pop3/maildrop.js';
import { createPop3Mailbox } from '../src/ack/pop3/pop3-mailbox.js';
import { systemClock } from '../src/core/clock.js';
import { createNetwork } from '../src/network/create-network.js';
import { openStore } from '../src/store/open-store.js';
import { quietLog } from '../test/helpers/quiet-log.js';
import type { Session } from './session.js';
import { login } from './start-mail-servers.js';

/** The mailbox of the plugin, which looks when it is told. */
export interface MaildropWatch {
  /** Looks once, from the call to the end of the session. Throws where it finds a mail, or fails. */
  look(): Promise<Session>;
  stop(): Promise<void>;
}

/** Watches a maildrop, with a data directory in `dir`. The first look puts on record what is there. */
export async function watchMaildrop(
  dir: string,
  host: string,
  port: number,
  ca: string,
): Promise<MaildropWatch> {
  const network = createNetwork({ env: {} });
  const store = await openStore({ dir, clock: systemClock });
  let opened: ((bytes: Promise<number>) => void) | undefined;
  let trouble: string | undefined;
  const mailbox = createPop3Mailbox({
    account: {
      ...{ name: 'alerts', mailbox: login.user, user: login.user, from: login.user },
      login: { grant: 'password', password: login.password },
      pop3: { host, port, ca: [ca], security: 'tls', user: login.user, pollMs: 3_600_000 },
    },
    tokens: {
      getToken: () => Promise.reject(new Error('The login is by password.')),
    },
    network: {
      async connect(...where) {
        const socket = await network.connect(...where);
        opened?.(once(socket, 'close').then(() => socket.bytesRead));
        return socket;
      },
    },
    maildrops: store.collection('maildrops', maildropType),
    systemErrors: { raise: async () => {}, clear: async () => {}, list: () => [] },
    clock: systemClock,
    log: {
      ...quietLog,
      info: (_, text) => {
        trouble = text;
      },
    },
    loginRemedy: '',
  });
  const ending = new AbortController();
  let watching: Promise<void> | undefined;
  const watch = async () => {
    for await (const { place } of mailbox.watch(ending.signal)) trouble = `${place.position} is new`;
  };
  return {
    async look() {
      const startedAt = performance.now();
      const session = new Promise<Promise<number>>((resolve) => {
        opened = resolve;
      });
      if (watching) mailbox.wake();
      watching ??= watch();
      const bytes = await await session;
      const ms = performance.now() - startedAt;
      if (trouble !== undefined) throw new Error(trouble);
      return { ms, bytes };
    },
    async stop() {
      ending.abort();
      await mailbox.close();
      await watching;
      await store.close();
    },
  };
}
