import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Alert } from '../../src/core/alert.js';
import { type ConsoleVisit, consoleLink, openConsole } from '../helpers/open-console.js';
import { fieldsIn, payload } from './pages/payload.js';
import { type ReadForm, readPage } from './pages/read-page.js';
import { type HostileScene, secrets, startHostileScene } from './pages/scene.js';

interface Context {
  scene: HostileScene;
  /** Every page that can be walked to, with its HTML. */
  pages: ReadonlyMap<string, string>;
}

const test = suite<Context>('hostile console');
const visitor = payload('visitor').slice(0, 100);
/** Of pages that differ in their query only, as those of a long list do. */
const mostAlike = 6;
const print = (count: number, what: string) => console.log(`${String(count).padStart(4)} ${what}`);

/** What a link may carry that somebody is made to follow. */
const asked = encodeURIComponent(payload('asked'));
const entrances = [
  ...['/', '/report-header?format=html', '/nothing/here', '/oauth/complete'],
  ...[`/nothing/${asked}`, `/authorize/${asked}`, `/oauth/complete?receipt=${asked}`, `/sign-in/${asked}`],
  ...[`/alerts?q=${asked}`, `/alerts?status=${asked}&page=${asked}`, `/alerts/${asked}`],
  ...[`/alerts?done=${asked}`, `/outbox?action=${asked}`, `/outbox?page=${asked}&done=${asked}`],
  ...[
    `/replies?verdict=${asked}`,
    `/replies?page=${asked}`,
    `/replies?since=${asked}`,
    `/replies?text=${asked}`,
  ],
  ...[
    `/system-errors?page=${asked}`,
    `/report?days=${asked}`,
    `/report?since=${asked}`,
    `/accounts/${asked}`,
  ],
];

test.before(async (context) => {
  context.scene = await startHostileScene();
  const { story } = context.scene;
  const visit = await openConsole(story.host.dataDir, visitor);
  const pages = new Map<string, string>();
  const waiting = [...entrances];
  const counts = new Map<string, number>();
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const [name = ''] = path.split('?');
    const alike = (counts.get(name) ?? 0) + 1;
    if (pages.has(path) || (alike > mostAlike && !entrances.includes(path))) continue;
    counts.set(name, alike);
    const html = await (await visit.get(path, { redirect: 'follow' })).text();
    pages.set(path, html);
    for (const link of readPage(html).links) {
      const url = new URL(link, visit.origin + path);
      if (url.origin === visit.origin) waiting.push(url.pathname + url.search);
    }
  }
  pages.set('the link', await (await fetch(await consoleLink(story.host.dataDir, visitor))).text());
  const state = new URL(await story.plugin().authorizationUrl('person')).searchParams.get('state');
  const words = encodeURIComponent(payload('callback'));
  const callback = `/oauth/callback?error=access_denied&error_description=${words}&error_uri=${words}&state=${state}`;
  pages.set('the end of a sign-in', await (await fetch(visit.origin + callback)).text());
  context.pages = pages;
});
test.after(({ scene }) => scene?.end());

test('Nothing that others write becomes an element, an attribute or an address that runs, on any page.', async ({
  scene,
  pages,
}) => {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const [path, html] of pages) {
    const page = readPage(html);
    faults.push(...page.faults.map((fault) => `${path}: ${fault}`));
    for (const field of fieldsIn(page.text)) seen.add(field);
  }
  print(pages.size, 'pages');
  print(scene.fields.size, `fields that others write; as text on pages: ${[...seen].toSorted().join(', ')}`);
  assert.equal(faults, []);
  const shown = [
    'name',
    'label',
    'label-name',
    'summary',
    'description',
    'annotation-name',
    'severity',
    'source',
  ];
  for (const field of [
    ...[
      ...shown,
      'reply',
      'acknowledgement',
      'smtp-refusal',
      'smtp-deferral',
      'provider',
      'command',
      'callback',
    ],
    ...['client-id', 'scope', 'user', 'visitor', 'asked'],
  ])
    assert.ok(seen.has(field), `${field} is on no page: this test sees nothing of it`);
});

test('No secret stands on any page.', async ({ pages }) => {
  for (const [path, html] of pages) {
    assert.not.match(html, 'the-secret-of-', path);
    for (const secret of Object.values(secrets)) assert.not.ok(html.includes(secret), path);
  }
  print(pages.size, 'pages without a secret');
});

/** Everything that a form of the console could change. */
async function stateOf({ story }: HostileScene): Promise<string> {
  const { actions } = await story.plugin().status();
  const waiting = actions.map(({ action, waiting: count }) => `${action} ${count}`);
  const alerts = story
    .plugin()
    .alerts()
    .map(({ id, status, owner }) => `${id} ${status} ${owner?.comment}`);
  return JSON.stringify([waiting, alerts.toSorted(), story.host.acknowledged.length]);
}

/** One form of each kind that the pages have. */
function formsOf(pages: ReadonlyMap<string, string>): readonly ReadForm[] {
  const forms = [...pages.values()].flatMap((html) => readPage(html).forms);
  const kindOf = ({ action }: ReadForm) =>
    action.replace(/\?.*/, '').replace(/\/[a-z0-9]{13}(?=\/|$)/, '/ID');
  const inside = forms.filter(({ action }) => !action.startsWith('/sign-in'));
  return [...new Map(inside.map((form) => [kindOf(form), form])).values()];
}

test('A form of another site, without its token or of another session does nothing.', async ({
  scene,
  pages,
}) => {
  const mine = await openConsole(scene.story.host.dataDir, 'anna');
  const other = await openConsole(scene.story.host.dataDir, 'mallory');
  const tokenOf = async (visit: ConsoleVisit) =>
    readPage(await (await visit.get('/accounts')).text()).forms[0]?.fields['token'] ?? '';
  const token = await tokenOf(mine);
  const foreign = await tokenOf(other);
  assert.is.not(token, foreign);
  const encode = (fields: Readonly<Record<string, string>>) => new URLSearchParams(fields);
  const forgeries: Readonly<Record<string, (fields: Record<string, string>) => RequestInit>> = {
    'no token': ({ token: _, ...fields }) => ({ body: encode(fields) }),
    'an empty token': (fields) => ({ body: encode({ ...fields, token: '' }) }),
    'the token of another session': (fields) => ({ body: encode({ ...fields, token: foreign }) }),
    'the token in the address': ({ token: _, ...fields }) => ({ body: encode(fields) }),
    'no cookie': (fields) => ({ body: encode(fields), headers: { cookie: '' } }),
    'another cookie': (fields) => ({ body: encode(fields), headers: { cookie: other.cookie } }),
    'from another site': (fields) => ({ body: encode(fields), headers: { 'sec-fetch-site': 'cross-site' } }),
    'from another port': (fields) => ({ body: encode(fields), headers: { 'sec-fetch-site': 'same-site' } }),
    'with the Origin of another': (fields) => ({
      body: encode(fields),
      headers: { origin: 'https://evil.example' },
    }),
    'from a sandbox': (fields) => ({ body: encode(fields), headers: { origin: 'null' } }),
    'as JSON': (fields) => ({
      body: JSON.stringify(fields),
      headers: { 'content-type': 'application/json' },
    }),
    'as text': ({ token: _, ...fields }) => ({
      body: `x=${encode(fields)}`,
      headers: { 'content-type': 'text/plain' },
    }),
    'with PUT': ({ token: _, ...fields }) => ({ method: 'PUT', body: encode(fields) }),
  };
  const before = await stateOf(scene);
  const forms = formsOf(pages);
  let tries = 0;
  for (const { action, fields } of forms)
    for (const [name, forge] of Object.entries(forgeries)) {
      tries += 1;
      const path = name === 'the token in the address' ? `${action}?token=${token}` : action;
      const answer = await mine.get(path, { method: 'POST', ...forge({ ...fields, token }) });
      assert.is(answer.status, 403, `${action}, ${name}`);
      assert.match(await answer.text(), /[Nn]othing was done|was not done/, `${action}, ${name}`);
    }
  assert.is(await stateOf(scene), before);
  assert.is((await mine.get('/accounts')).status, 200, 'the session stands');
  print(tries, `forged forms, of ${forms.length} kinds`);
  assert.ok(forms.length >= 4, forms.map(({ action }) => action).join(' '));
});

/** A page with the form that says something of one alert, as it is open in a tab. */
async function openAlert(visit: ConsoleVisit, { story }: HostileScene) {
  const mine = ({ source, status }: Alert) => source === 'test' && status !== 'resolved';
  const id = story.plugin().alerts().find(mine)?.id ?? '';
  const html = await (await visit.get(`/alerts/${id}`)).text();
  const form = readPage(html).forms.find(({ action }) => action.includes(id));
  assert.ok(form, 'the form');
  return { id, form: form as ReadForm };
}

const send = (visit: ConsoleVisit, { action, fields }: ReadForm, comment: string) =>
  visit.get(action, {
    ...{ method: 'POST' },
    body: new URLSearchParams({ ...fields, kind: 'comment', comment }),
  });

test('A second tab works beside the first, and does nothing once the other has signed out or in again.', async ({
  scene,
}) => {
  const { host } = scene.story;
  const visit = await openConsole(host.dataDir, 'anna');
  const tabs = [await openAlert(visit, scene), await openAlert(visit, scene)];
  const before = host.acknowledged.length;
  for (const { form } of tabs) assert.is((await send(visit, form, 'from a tab')).status, 303);
  assert.is(host.acknowledged.length, before + 2);

  const { form } = await openAlert(visit, scene);
  await visit.post('/sign-out');
  const out = await send(visit, form, 'after the sign-out');
  assert.is(out.status, 403);
  assert.match(await out.text(), 'Your session is over');
  const again = await openConsole(host.dataDir, 'anna');
  const stale = await send(again, form, 'of the session before');
  assert.is(stale.status, 403);
  assert.match(await stale.text(), 'This page was out of date');
  assert.is(host.acknowledged.length, before + 2);
});

test('Ackmail is restarted under an open page: its form does nothing, and says what to do.', async ({
  scene,
}) => {
  const { story } = scene;
  const visit = await openConsole(story.host.dataDir, 'anna');
  const { form } = await openAlert(visit, scene);
  const before = story.host.acknowledged.length;
  await story.restart();
  const answer = await send(visit, form, 'after the restart');
  assert.is(answer.status, 403);
  const page = readPage(await answer.text());
  assert.match(page.text, 'What you sent was not done.');
  assert.equal(page.links, ['/sign-in']);
  assert.is(story.host.acknowledged.length, before);
  const again = await openConsole(story.host.dataDir, 'anna');
  assert.is((await send(again, form, 'with a new session')).status, 403);
  const { form: fresh } = await openAlert(again, scene);
  assert.is((await send(again, fresh, 'from a new page')).status, 303);
  assert.is(story.host.acknowledged.length, before + 1);
});

test.run();
