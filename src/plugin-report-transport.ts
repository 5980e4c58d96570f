import { reportMessage } from './actions/email/report-message.js';
import type { WayOut } from './actions/email/ways-out.js';
import { withFrom } from './actions/email/with-from.js';
import type { ReportTransport } from './core/report-mail.js';
import type { ReportSettings, Settings } from './core/settings.js';
import type { Ways } from './plugin-ways.js';

/**
 * Makes how reports leave: by the account of `report`, else by the first one that can of those that the email actions
 * send by, and only while nothing of its rate is in use and its server is not to be left alone.
 */
export function createReportTransport(deps: {
  readonly settings: Pick<Settings, 'actions'>;
  readonly report: ReportSettings;
  readonly ways: Pick<Ways, 'get'>;
}): ReportTransport {
  const { ways } = deps;
  const emails = deps.settings.actions.filter((action) => action.type === 'email');
  const names = deps.report.account
    ? [deps.report.account]
    : [
        ...new Set(
          [...emails, ...emails.map(({ backup }) => ({ account: backup }))].map(({ account }) => account),
        ),
      ];
  const senders = () => names.flatMap((name) => (name === undefined ? [] : [ways.get(name)]));
  const roomAt = ({ budget, gate }: WayOut) =>
    Math.max(0, ...[budget?.fullAt(), gate.standing()?.retryAt].map((date) => date?.getTime() ?? 0));

  return {
    roomAt: () => new Date(Math.min(...senders().map(roomAt))),
    compose(mail) {
      const all = senders();
      const [first] = [...all].sort((a, b) => Number(!!a.gate.standing()) - Number(!!b.gate.standing()));
      if (!first) throw new Error('No account sends mail.');
      return reportMessage(mail, first.account);
    },
    async send(mail, recipients, signal, record) {
      let failure: unknown = new Error('No account has room for it.');
      // With the least in the way first; the rate leaves room for one alone.
      for (const way of senders().sort((a, b) => roomAt(a) - roomAt(b))) {
        const { account, transport, budget } = way;
        const own =
          account.name === mail.account
            ? mail
            : {
                ...{ ...mail, account: account.name, envelopeFrom: account.mailbox },
                raw: withFrom(mail.raw, account.from),
              };
        let isRecorded = false;
        try {
          budget?.take();
          return await transport.send(own, recipients, signal, (result) => {
            isRecorded = true;
            return record(result);
          });
        } catch (thrown) {
          if (isRecorded || signal.aborted) throw thrown;
          failure = thrown;
        }
      }
      throw failure;
    },
  };
}
