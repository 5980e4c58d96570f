import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { smtpFault } from '../src/actions/email/smtp-fault.js';
import { openAccounts } from '../src/plugin-accounts.js';
import { checkSettings } from '../src/settings/check-settings.js';

const common = {
  provider: 'microsoft365',
  mailbox: 'alerts@example.com',
  tenant: 'contoso.com',
  clientId: 'c',
  clientSecret: 's',
};
const settings = await checkSettings(
  {
    accounts: {
      person: { ...common, user: 'delegate@example.com' },
      relay: { grant: 'password', mailbox: 'relay@example.com', password: 'Zo8Q~x+/', smtp: { host: 'h' } },
      application: { ...common, grant: 'client_credentials' },
    },
    actions: [{ name: 'ops', type: 'email', account: 'person', to: ['ops@example.com'] }],
    http: { listen: '127.0.0.1:8025' },
  },
  { env: {}, baseDir: '.' },
);

test('A refused login is mended with the names of the account, as a person or as an application, or with a password.', async () => {
  const accounts = await openAccounts(settings, '.', {});
  const refusal = { code: 'EAUTH', responseCode: 535, response: '535 5.7.3 Authentication unsuccessful' };
  const remedyFor = (name: string) =>
    smtpFault(refusal, accounts.find(name), accounts.loginRemedy(name).smtp).remedy;
  assert.match(remedyFor('person'), 'Set-CASMailbox -Identity delegate@example.com');
  assert.match(
    remedyFor('person'),
    'Add-RecipientPermission alerts@example.com -Trustee delegate@example.com',
  );
  assert.match(
    remedyFor('relay'),
    'Check `password`, and that the mail server lets relay@example.com log in',
  );
  assert.match(remedyFor('application'), 'New-ServicePrincipal');
  assert.match(remedyFor('application'), 'Add-MailboxPermission alerts@example.com -User OBJECT_ID');
});

test.run();
