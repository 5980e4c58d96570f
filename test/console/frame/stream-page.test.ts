import { Hono } from 'hono';
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ConsoleEnv } from '../../../src/console/console-env.js';
import { streamPage } from '../../../src/console/frame/stream-page.js';
import { listen } from '../../../src/console/listen.js';
import { quietLog } from '../../helpers/quiet-log.js';
import { readPage } from '../../helpers/read-page.js';
import { until } from '../../helpers/until.js';

const parts = { begin: '<main>', end: '</main></html>' };

/** A server whose one page streams what `pieces` yields; answers how to fetch it, and how to end the server. */
async function serve(
  pieces: (signal: AbortSignal) => AsyncIterable<HtmlEscapedString>,
  { stopping = new AbortController().signal, log = quietLog } = {},
) {
  const app = new Hono<ConsoleEnv>();
  app.get('/', (c) => streamPage(c, parts, { stopping, log }, pieces));
  const server = await listen(async (request) => app.fetch(request), '127.0.0.1:0');
  return { ask: () => fetch(`http://127.0.0.1:${server.port}/`), close: server.close };
}

/** Resolves when a signal is aborted. */
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

test('A piece is on its way while the next one comes about', async () => {
  let goOn = () => {};
  const served = await serve(async function* () {
    yield html`<p>first</p>`;
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    yield html`<p>${'<second>'}</p>`;
  });
  const page = readPage(await served.ask());
  assert.is(await page.until('first'), '<main><p>first</p>');
  goOn();
  assert.is(await page.rest(), '<main><p>first</p><p>&lt;second&gt;</p></main></html>');
  await served.close();
});

test('Who goes away ends what makes the pieces', async () => {
  let hasEnded = false;
  const served = await serve(async function* (signal) {
    try {
      yield html`<p>first</p>`;
      await aborted(signal);
      yield html`<p>nobody sees this</p>`;
    } finally {
      hasEnded = true;
    }
  });
  const page = readPage(await served.ask());
  await page.until('first');
  await page.leave();
  await until('the end of the pieces', () => hasEnded);
  await served.close();
});

test('A page ends properly when what makes its pieces breaks, and when Ackmail stops', async () => {
  const thrown = new Error('the-secret-of-what-broke');
  const logged: unknown[] = [];
  const log = { ...quietLog, error: (facts: unknown) => logged.push(facts) };
  const breaks = await serve(
    async function* () {
      yield html`<p>first</p>`;
      throw thrown;
    },
    { log },
  );
  const broken = await (await breaks.ask()).text();
  assert.match(broken, 'Something went wrong here');
  assert.ok(broken.endsWith('</main></html>'));
  assert.not.match(broken, 'the-secret-of');
  assert.equal(logged, [{ err: thrown }]);
  await breaks.close();

  const stopping = new AbortController();
  const stops = await serve(
    async function* (signal) {
      yield html`<p>first</p>`;
      await aborted(signal);
    },
    { stopping: stopping.signal },
  );
  const page = readPage(await stops.ask());
  await page.until('first');
  stopping.abort();
  assert.ok((await page.rest()).endsWith('</main></html>'));
  await stops.close();
});

test.run();
