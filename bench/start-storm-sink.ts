import { startSubmissionServer } from '../test/helpers/submission-server.js';
import { login } from './start-mail-servers.js';

/** A submission server with the limits of Exchange that knows which alerts the mails that it took have named. */
export interface StormSink {
  readonly port: number;
  /** How many of the alerts were named. */
  named(): number;
  /** How many mails were taken, and how many connections and mails refused. */
  mails(): number;
  throttled(): number;
  /** Waits until so many alerts were named, but no longer than this. */
  allNamed(alerts: number, limitMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts it on loopback. */
export async function startStormSink(): Promise<StormSink> {
  const named = new Set<string>();
  let look = () => {};
  const server = await startSubmissionServer({
    sink: true,
    exchangeLimits: true,
    password: { user: login.user, pass: login.password },
    onMail({ raw }) {
      for (const [name] of decoded(raw).matchAll(/db\d+\.example\.com/g)) named.add(name);
      look();
    },
  });
  return {
    port: server.port,
    named: () => named.size,
    mails: server.count,
    throttled: server.throttled,
    async allNamed(alerts, limitMs) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, limitMs);
        look = () => {
          if (named.size >= alerts) resolve();
        };
        look();
      });
      clearTimeout(timer);
    },
    close: server.close,
  };
}

/** The text of a message, quoted-printable taken off (RFC 2045 section 6.7). */
function decoded(raw: string): string {
  return raw
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
