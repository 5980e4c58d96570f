import { type Context, Hono } from 'hono';
import type { Account } from '../core/account.js';
import type { Alert } from '../core/alert.js';
import type { DeviceStep } from '../core/device-step.js';
import { describe, Fault } from '../core/fault.js';
import type { PluginInstance } from '../core/host.js';
import type { Upkeep } from '../core/upkeep.js';
import { faultStatus } from './fault-status.js';
import { jsonLines } from './json-lines.js';
import { readBody } from './read-body.js';
import { type RenderReport, reportControl } from './report/report-control.js';
import { upkeepRoutes } from './upkeep-routes.js';

/** What the control routes need of the plugin. */
export interface ControlParts {
  readonly instance: Pick<
    PluginInstance,
    'status' | 'alerts' | 'reportHeader' | 'authorizationUrl' | 'completeAuthorization' | 'testServer'
  >;
  /** What no host needs, and the command does. */
  readonly tokens: {
    signInByDevice(account: string, signal: AbortSignal): AsyncIterable<DeviceStep>;
    renewNow(account: string): Promise<{ readonly expiresAt: Date }>;
  };
  readonly upkeep: Upkeep;
  readonly report: RenderReport;
  readonly accounts: readonly Account[];
  /** The address that signs somebody in at the console, once; undefined where there is none. */
  mintLink(name: string): string | undefined;
}

const longestPaste = 65_536;
const noConsole =
  'The console has no address here. Set http.listen or http.publicUrl in the settings, and start `ackmail serve`.';

/**
 * Makes the routes by which the command speaks to the process that owns a data directory.
 *
 * They name accounts, start sign-ins and send test mails for whoever can connect, so they belong on the
 * control socket, which only the owner of the data directory can open, and never on a port.
 *
 * `GET /status`, `GET /report-header`, `GET /alerts/ID`, `POST /authorize/ACCOUNT` (begins a sign-in),
 * `GET /authorized/ACCOUNT` (how the account is doing), `POST /complete` (the body is the URL the browser ended on),
 * `POST /device/ACCOUNT` (a sign-in by device code) and `POST /test/ACCOUNT` (both a line of JSON a step, as
 * they happen), `POST /renew/ACCOUNT` (asks for an access token, and says until when it is good), and what
 * `upkeepRoutes` and `reportControl` add. A `Fault` answers as `{ fault: { code, facts } }`.
 */
export function createControl({
  instance,
  tokens,
  upkeep,
  report,
  accounts,
  mintLink,
}: ControlParts): (request: Request) => Promise<Response> {
  const app = new Hono();
  const find = (name: string) => accounts.find((account) => account.name === name);
  const noAccount = (name: string) => {
    const names = accounts.map((account) => account.name).join(', ');
    return Response.json({ error: `There is no account ${name}. There is: ${names}.` }, { status: 404 });
  };

  app.get('/status', async (c) => c.json(await instance.status()));
  app.get('/report-header', (c) => c.json(instance.reportHeader()));

  app.get('/alerts/:id', (c) => {
    const id = c.req.param('id');
    const alerts = instance.alerts();
    const alert = alerts.find((each) => each.id === id);
    const remedy = 'Take the id of one that there is, or leave it out.';
    return alert
      ? c.json(alert)
      : c.json({ error: `There is no alert ${id}. ${newest(alerts)}`, remedy }, 404);
  });

  app.post('/authorize/:account', async (c) => {
    const account = find(c.req.param('account'));
    if (!account) return noAccount(c.req.param('account'));
    const { name, mailbox, user, login } = account;
    if (login.grant === 'password')
      return c.json({ error: `Account ${name} has grant: password; there is nothing to authorize.` }, 409);
    const url = await instance.authorizationUrl(name);
    return c.json({ url, user, mailbox, redirectUri: login.oauth.redirectUri });
  });

  app.post('/console-link/:name', (c) => {
    const name = c.req.param('name').trim();
    if (!/^[^\p{C}]{1,100}$/u.test(name))
      return c.json({ error: 'Give a name of one line, at most 100 characters.' }, 400);
    const url = mintLink(name);
    return url === undefined ? c.json({ error: noConsole }, 409) : c.json({ url });
  });

  app.get('/authorized/:account', async (c) => {
    const name = c.req.param('account');
    const status = (await instance.status()).accounts.find(({ account }) => account === name);
    return status ? c.json(status) : noAccount(name);
  });

  app.post('/complete', async (c) => {
    const body = await readBody(c.req.raw, longestPaste);
    if (!body)
      return c.json(
        {
          error: 'That is too long to be the address of a sign-in.',
          remedy: 'Paste the one line at the top of the browser, and nothing else.',
        },
        413,
      );
    return c.json(await instance.completeAuthorization(new TextDecoder().decode(body)));
  });

  app.post('/renew/:account', async (c) => {
    const account = find(c.req.param('account'));
    if (!account) return noAccount(c.req.param('account'));
    const { expiresAt } = await tokens.renewNow(account.name);
    return c.json({ expiresAt });
  });

  const steps = (
    c: Context,
    begin: (account: string, signal: AbortSignal) => AsyncIterable<unknown>,
  ): Response => {
    const name = c.req.param('account') ?? '';
    const account = find(name);
    if (!account) return noAccount(name);
    return jsonLines(c.req.raw, (signal) => begin(account.name, signal));
  };
  app.post('/test/:account', (c) => steps(c, instance.testServer));
  app.post('/device/:account', (c) => steps(c, tokens.signInByDevice));

  app.route('/', upkeepRoutes({ upkeep, find, noAccount }));

  app.route('/', reportControl(report));

  app.notFound((c) => c.json({ error: 'This Ackmail does not know that request; is it older?' }, 404));
  app.onError((thrown, c) =>
    thrown instanceof Fault
      ? c.json({ fault: { code: thrown.code, facts: thrown.facts } }, faultStatus(thrown))
      : c.json({ error: describe(thrown) }, 500),
  );
  return async (request) => app.fetch(request);
}

/** The alerts that somebody most likely means. */
function newest(alerts: readonly Alert[]): string {
  const latest = [...alerts].sort((a, b) => b.startsAt.getTime() - a.startsAt.getTime()).slice(0, 5);
  const names = latest.map(({ id, fingerprint, labels }) => {
    const words = (labels['alertname'] ?? fingerprint).replace(/\p{C}/gu, '').slice(0, 60);
    return `${id} (${words})`;
  });
  return names.length === 0 ? 'There is none at all.' : `The newest are ${names.join(', ')}.`;
}
