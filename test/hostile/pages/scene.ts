import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RaisedEvent } from '../../../src/core/alert.js';
import { freePort } from '../../helpers/free-port.js';
import { type Story, startStory } from '../../helpers/story.js';
import { startTokenEndpoint } from '../../helpers/token-endpoint.js';
import { until } from '../../helpers/until.js';
import { badAddresses, payload } from './payload.js';

/** The secrets of the settings that are none of the story's own. */
export const secrets = {
  token: 'the-secret-of-the-token',
  client: 'the-secret-of-the-client',
  webhook: 'the-secret-of-the-webhook',
};

/** Ackmail after attackers have written into everything that they can write into. */
export interface HostileScene {
  readonly story: Story;
  readonly port: number;
  /** The fields that were written into. */
  readonly fields: ReadonlySet<string>;
  end(): Promise<void>;
}

const person = 'ops@example.com';

/** Starts Ackmail, and lets attackers write. */
export async function startHostileScene(): Promise<HostileScene> {
  const port = await freePort();
  const provider = await startTokenEndpoint();
  provider.answer({
    status: 401,
    body: {
      error: 'invalid_client',
      error_description: payload('provider'),
      error_uri: 'javascript:alert(1)',
    },
  });
  const pager = createServer((_, response) => response.writeHead(400).end(payload('webhook')));
  await new Promise<void>((resolve) => pager.listen(0, '127.0.0.1', resolve));
  const fields = new Set<string>();
  const mark = (field: string) => {
    fields.add(field);
    return payload(field);
  };
  const oauth = {
    ...{ tokenUrl: provider.url, authorizationUrl: 'http://127.0.0.1:9/"><script>xss()</script>' },
    smtp: { host: '127.0.0.1', port: 9, security: 'none' },
  };
  const url = `http://127.0.0.1:${(pager.address() as AddressInfo).port}/${secrets.webhook}`;
  const story = await startStory({
    accounts: {
      person: {
        ...oauth,
        mailbox: 'person@example.com',
        user: mark('user'),
        clientId: mark('client-id'),
        clientSecret: secrets.client,
        scope: mark('scope'),
      },
      robot: {
        ...oauth,
        grant: 'client_credentials',
        mailbox: 'robot@example.com',
        clientId: 'robot',
        clientSecret: secrets.client,
      },
    },
    actions: [
      { name: 'ops', type: 'email', account: 'alerts', to: [person] },
      { name: 'robot', type: 'email', account: 'robot', to: [person] },
      { name: 'pager', type: 'webhook', url, secret: secrets.webhook },
      {
        name: 'shell',
        type: 'command',
        command: ['/bin/sh', '-c', `echo '${mark('command').replace(/'/g, '')}' >&2; exit 1`],
      },
    ],
    http: { listen: `127.0.0.1:${port}`, token: secrets.token },
  });
  fields.add('provider').add('webhook');

  await raise(story, mark);
  const isFirst = (subject: string) => subject.includes('field-summary') || subject.includes('first');
  await until('the first mail', () => story.subjects(person).some(isFirst));
  const mail = await story.mail(person, 1 + story.subjects(person).findIndex(isFirst));
  const { acknowledged } = story.host;
  story.writes(person, mail, `comment ${mark('reply')}`);
  await until('the comment', () => acknowledged.length === 1);
  story.writes(person, mail, `ack 2h ${mark('acknowledgement')}`, [`X-Odd: ${mark('mail-header')}`]);
  await until('the acknowledgement', () => acknowledged.length === 2);
  const name = mark('stranger').replace(/["\\]/g, '');
  story.writes(`"${name}" <mallory@evil.example>`, mail, mark('refused-reply'));
  fields.add('sender');
  story.writes('"field-sender. <xss-sender/xss=1><script>xss()</script>"@evil.example', mail, 'ack');
  await until('two refusals', async () => {
    const { acknowledgement } = await story.plugin().status();
    return Object.values(acknowledgement?.refused ?? {}).reduce((sum, each) => sum + each, 0) === 2;
  });
  const isKnown = (field: string) =>
    until(field, async () => JSON.stringify(await story.plugin().status()).includes(`field-${field}.`));
  story.refuse({ code: 550, text: `5.7.1 ${mark('smtp-refusal')}` });
  await story.fires('refused');
  await isKnown('smtp-refusal');
  story.refuse({ code: 451, text: `4.7.1 ${mark('smtp-deferral')}` });
  await story.fires('deferred');
  await isKnown('smtp-deferral');
  await isKnown('provider');
  await isKnown('command');
  return {
    ...{ story, port, fields },
    async end() {
      await story.end();
      await provider.close();
      pager.closeAllConnections();
      pager.close();
    },
  };
}

/** Alerts with something in each of their fields, each alone, since one that is not taken must not hide the others. */
async function raise({ plugin, clock }: Story, mark: (field: string) => string): Promise<void> {
  const at = clock.now();
  const raiseOne = async (name: string, alert: Partial<RaisedEvent['alert']>) => {
    const plain = {
      ...{ fingerprint: `test/${name}`, source: 'test', severity: 'critical', startsAt: at },
      ...{ labels: { alertname: name }, annotations: {} },
    };
    await plugin().handleAlerts([{ id: `event-${name}`, kind: 'fired', at, alert: { ...plain, ...alert } }]);
  };
  await raiseOne('first', { annotations: { summary: mark('summary'), description: mark('description') } });
  await raiseOne('label', { labels: { alertname: mark('name'), instance: mark('label') } });
  await raiseOne('label-name', { labels: { alertname: 'x', [mark('label-name')]: 'x' } });
  await raiseOne('annotation-name', { annotations: { [mark('annotation-name')]: 'x' } });
  await raiseOne('severity', { severity: mark('severity') });
  await raiseOne('source', { source: mark('source') });
  await raiseOne('fingerprint', { fingerprint: `test/${mark('fingerprint')}` });
  for (const [index, address] of badAddresses.entries())
    await raiseOne(`address-${index}`, {
      url: address,
      annotations: { runbook_url: address, summary: address },
    });
}
