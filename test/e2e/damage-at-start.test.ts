import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { register } from '../../src/index.js';
import { createTestHost } from '../helpers/test-host.js';
import { until } from '../helpers/until.js';

test('What is found damaged while the data directory is opened is a system error, too.', async () => {
  const host = await createTestHost({
    accounts: {
      relay: {
        ...{ grant: 'password', mailbox: 'monitor@example.com', password: 'secret' },
        smtp: { host: '127.0.0.1', port: 9, security: 'none' },
      },
    },
    actions: [{ name: 'ops', type: 'email', account: 'relay', to: ['ops@example.com'] }],
  });
  try {
    await mkdir(join(host.dataDir, 'journal'), { recursive: true });
    await writeFile(join(host.dataDir, 'journal', '000000000001.ndjson'), '{"v":1,"at":1,"chan\n');
    const plugin = await register(host);
    await until('the system error', () => plugin.reportHeader().json.length > 0);
    const [error] = plugin.reportHeader().json;
    assert.is(error?.code, 'STORE_DAMAGED');
    assert.match(
      error?.message ?? '',
      /000000000001\.ndjson .* was set aside as .*: a line of it is damaged/,
    );
    await plugin.stop();
  } finally {
    await host.remove();
  }
});

test.run();
