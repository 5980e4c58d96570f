import { bound, figures } from './figures.js';
import { measureAcknowledge } from './measure-acknowledge.js';
import { measureAlertmanager } from './measure-alertmanager.js';
import { measureColdStart } from './measure-cold-start.js';
import { measureIdle } from './measure-idle.js';
import { measurePages } from './measure-pages.js';
import { measurePop3 } from './measure-pop3.js';
import { measureReplies } from './measure-replies.js';
import { measureReport } from './measure-report.js';
import { measureSend } from './measure-send.js';
import { measureAlertmanagerStorm, measureStorm } from './measure-storm.js';
import { measureTokens } from './measure-tokens.js';
import { measureWaiting } from './measure-waiting.js';
import { openPlugin } from './open-plugin.js';
import { startMailServers } from './start-mail-servers.js';
import { updatePage } from './update-page.js';

// Prints the figures as a table; with --json as one flat object of names to numbers and nothing else. With --markdown it
// also puts them into docs/performance.md.

async function measureMail(): Promise<Record<string, number>> {
  const servers = await startMailServers();
  const open = await openPlugin(servers);
  try {
    return {
      ...(await measureSend(servers, open)),
      ...(await measureAcknowledge(servers, open)),
      ...(await measureReplies(servers)),
      ...(await measureAlertmanager(servers, open)),
    };
  } finally {
    await open.close();
    servers.close();
  }
}

const measured = {
  ...(await measureMail()),
  ...(await measurePop3()),
  ...(await measureTokens()),
  ...(await measureStorm()),
  ...(await measureAlertmanagerStorm()),
  ...(await measureWaiting()),
  ...(await measureIdle()),
  ...(await measureReport()),
  ...(await measureColdStart()),
  ...(await measurePages()),
};
const reached = Object.fromEntries(
  Object.entries(measured).map(([name, value]) => [name, Number(value.toPrecision(3))]),
);
if (process.argv.includes('--markdown')) await updatePage(reached, new Date());
if (process.argv.includes('--json')) console.log(JSON.stringify(reached));
else
  console.table(
    figures.map((figure) => ({
      figure: figure.name,
      reached: reached[figure.name],
      wanted: bound(figure),
    })),
  );
