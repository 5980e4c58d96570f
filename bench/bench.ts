import { measureAcknowledge } from './measure-acknowledge.js';
import { measureSend } from './measure-send.js';
import { measureStorm } from './measure-storm.js';
import { measureTokens } from './measure-tokens.js';
import { openPlugin } from './open-plugin.js';
import { startMailServers } from './start-mail-servers.js';

// Prints the figures of README.md as a table; with --json, as one flat object of names to numbers and nothing
// else.

const servers = await startMailServers();
const open = await openPlugin(servers);
try {
  const figures = {
    ...(await measureSend(servers, open)),
    ...(await measureAcknowledge(servers, open)),
    ...(await measureTokens()),
    ...(await measureStorm()),
  };
  const rounded = Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(3))]),
  );
  if (process.argv.includes('--json')) console.log(JSON.stringify(rounded));
  else console.table(Object.entries(rounded).map(([figure, value]) => ({ figure, value })));
} finally {
  await open.close();
  servers.close();
}
