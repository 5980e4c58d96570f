import { person } from './open-plugin.js';
import { login } from './start-mail-servers.js';

/** Settings with a mail server that cannot be reached: port 1 of loopback, where nobody listens. */
export const waitingSettings = {
  accounts: {
    alerts: {
      ...{ grant: 'password', mailbox: login.user, password: login.password },
      smtp: { host: '127.0.0.1', port: 1, security: 'none' },
    },
  },
  actions: [{ name: 'ops', type: 'email', account: 'alerts', to: [person] }],
};
