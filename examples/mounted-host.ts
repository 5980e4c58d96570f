// A host with an HTTP server of its own that Ackmail is mounted in: Ackmail opens no port. Its settings have
// http.publicUrl (here https://NAME/ackmail) and no http.listen. Settings: ackmail.json, or the file named first.
// TLS ends at the proxy before us, which hands on the Host that it was asked for.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { EventEmitter } from 'eventemitter3';
// In a host of your own: from 'ackmail'.
import { register } from '../src/index.js';

const [file = 'ackmail.json'] = process.argv.slice(2);

// /report-header is for who has http.token or is signed in: a host tells of errors itself.
const events = new EventEmitter();
events.on('system-error', ({ message, authorizationUrl = '' }) =>
  console.log(`${message} ${authorizationUrl}`),
);
events.on('system-error-cleared', ({ code }) => console.log(`Cleared: ${code}`));

const ackmail = await register({
  apiVersion: 1,
  name: 'mounted-host',
  settings: JSON.parse(await readFile(file, 'utf8')),
  dataDir: process.env['DATA_DIR'] ?? './data',
  log: { debug() {}, info() {}, warn: console.error, error: console.error },
  events,
  async acknowledge({ author, comment }, alerts) {
    for (const alert of alerts) console.log(`${author} acknowledges ${alert.fingerprint}: ${comment}`);
    return 'acknowledged';
  },
});

// The address at the other end is what wrong passwords are counted by, and how a proxy is known (docs/security.md).
const mounted = getRequestListener(
  (request, { incoming }) => ackmail.fetch(request, { peer: incoming.socket?.remoteAddress ?? 'unknown' }),
  { overrideGlobalObjects: false },
);
const server = createServer((request, response) => {
  if (request.url?.startsWith('/ackmail/')) return mounted(request, response);
  return response.end('A page of the host\n');
});
server.listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1', () => {
  const address = server.address();
  console.log(`ready on http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`);
});
await ackmail.start();

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, async () => {
    server.close();
    server.closeAllConnections();
    await ackmail.stop();
  });
