import { freePort } from '../../helpers/free-port.js';
import { type Dovecot, type DovecotOptions, startDovecot } from './dovecot.js';
import { type Postfix, startPostfix } from './postfix.js';

/** Dovecot for mailboxes and submission, Postfix between submission and delivery. */
export interface MailServers {
  readonly dovecot: Dovecot;
  readonly postfix: Postfix;
  close(): Promise<void>;
}

/** Starts both: what is submitted to Dovecot goes through Postfix into Dovecot's mailboxes. */
export async function startMailServers(options: Omit<DovecotOptions, 'relayPort'>): Promise<MailServers> {
  const lmtpPort = options.lmtpPort ?? (await freePort());
  const postfix = await startPostfix({ lmtpPort });
  const started = startDovecot({ ...options, relayPort: postfix.port, lmtpPort });
  const dovecot = await started.catch(async (thrown) => {
    await postfix.close();
    throw thrown;
  });
  return {
    dovecot,
    postfix,
    async close() {
      await dovecot.close();
      await postfix.close();
    },
  };
}
