import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../helpers/free-port.js';
import { type Stage, startStage } from './stage.js';

interface Context {
  stage: Stage;
}

const test = suite<Context>('test-server');

test.before(async (context) => {
  const password = { grant: 'password', mailbox: 'relay@example.com', password: 'the-secret-of-the-relay' };
  const server = { host: '127.0.0.1', security: 'none' };
  context.stage = await startStage({
    accounts: {
      alerts: {
        ...{ ...password, smtp: { ...server, port: await freePort() } },
        imap: { ...server, port: await freePort() },
      },
      relay: { ...password, smtp: { ...server, port: await freePort() } },
    },
    actions: [{ name: 'ops', type: 'email', account: 'alerts', backup: 'relay', to: ['ops@example.com'] }],
    acknowledgement: { account: 'alerts', authservId: 'mx.example.com' },
  });
});
test.after(({ stage }) => stage.end());

for (const account of ['alerts', 'relay'])
  test(`Test Server shows which step of ${account} fails, and what to do`, async ({ stage }) => {
    const page = await stage.signedIn();
    // The backup is tested beside the account that it stands in for.
    await page.goto(`${stage.origin}/accounts/alerts`);
    await page.getByRole('button', { name: `Test Server: ${account}` }).click({ noWaitAfter: true });
    await page.getByText(/steps? fails?/).waitFor();
    const smtp = page.getByRole('listitem').filter({ hasText: 'SMTP: TCP' });
    assert.match(await smtp.innerText(), /✗ Fails[\s\S]*ECONNREFUSED[\s\S]*What to do: /);
    assert.match(await page.getByRole('listitem').filter({ hasText: 'SMTP: Name' }).innerText(), '✓ Works');
    const imap = page.getByRole('listitem').filter({ hasText: 'IMAP: TCP' });
    assert.is(await imap.count(), account === 'alerts' ? 1 : 0);
    assert.not.match(await page.getByRole('main').innerText(), 'Everything works');
    // What was done is not done again by looking at it again.
    await page.getByRole('link', { name: 'Back to the account' }).click();
    assert.match(await page.getByRole('heading', { level: 1 }).innerText(), `Account ${account}`);
  });

test.run();
