import { stringify } from 'yaml';
import type { InitAnswers } from './answers.js';

/** A secret of the settings, on its way into a file of its own. */
export interface InitSecret {
  /** The name of the file, beside the settings. */
  readonly name: string;
  readonly value: string;
}

/** The settings as they are written. */
export interface ComposedSettings {
  readonly yaml: string;
  readonly secrets: readonly InitSecret[];
}

/** Writes the settings that the answers come to, with comments, and names what goes into files of its own. */
export function composeSettings(answers: InitAnswers, made: () => string): ComposedSettings {
  const secrets: InitSecret[] = [];
  /** The reference to a secret, which goes into a file of that name unless it is one already. */
  const kept = (value: string, name: string): string => {
    if (/^\$\{(env|file):[^}]+\}$/.test(value)) return value;
    secrets.push({ name, value });
    return `\${file:${name}}`;
  };
  const { account, alertmanager, admins, publicUrl, listen, replies, authservId, to } = answers;
  const blocks = [
    `# Written by \`ackmail init\`. After a change, \`ackmail check\` says whether it is right; plugin.json describes every
# setting, examples/ackmail.yaml shows more of them. Secrets stand in files that only their owner may read.
`,
    `# What is kept: sign-ins (encrypted), what waits to be sent, the history.
${block({ dataDir: answers.dataDir ?? './data' })}`,
    `# Mail logins. The same one sends alerts${replies === 'no' ? '' : ' and reads the replies to them'}.
${block({ accounts: { [account]: accountOf(answers, kept) } })}`,
    `# Who is told of what. \`match\`, \`quiet\` and \`after\` say it more closely: docs/routing.md.
${block({ actions: [{ name: 'ops', type: 'email', account, to }] })}`,
    replies === 'no'
      ? '# Replies are not read: nobody can acknowledge by replying. `acknowledgement: { account: NAME }` changes that.\n'
      : `# Whose mailbox is read. Recipients may acknowledge by replying, and who is allowed here: docs/trust.md.
${block({ acknowledgement: { account, ...(authservId === undefined ? {} : { authservId }) } })}`,
    alertmanager
      ? `# Where alerts come from: Alertmanager posts them to /monitors/${alertmanager.name}, with the secret as Bearer token.
${block({ monitors: { [alertmanager.name]: { type: 'alertmanager', url: alertmanager.url, secret: kept(alertmanager.secret ?? made(), `${alertmanager.name}.monitor-secret`) } } })}`
      : '',
    admins.length > 0
      ? `# Who is told when a sign-in dies, with the address to sign in again.
${block({ admins })}`
      : '',
    `# Where it listens${publicUrl === undefined ? '' : ', and where people and the provider reach it'}.
${block({ http: { listen, ...(publicUrl === undefined ? {} : { publicUrl }) } })}`,
  ];
  return { yaml: blocks.filter(Boolean).join('\n'), secrets };
}

function accountOf(answers: InitAnswers, kept: (value: string, name: string) => string): object {
  const { account, mailbox, user, password, clientSecret, replies } = answers;
  const isRelay = answers.provider === 'relay';
  const { provider, tenant, clientId, clientSecretExpires, issuer, authorizationUrl, tokenUrl, scope } =
    answers;
  const oauth = {
    provider,
    ...present({ tenant, clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret: kept(clientSecret, `${account}.client-secret`) }),
    ...present({ clientSecretExpires, issuer, authorizationUrl, tokenUrl, scope }),
  };
  const plain = {
    grant: 'password',
    ...(password === undefined ? {} : { password: kept(password, `${account}.password`) }),
  };
  const { smtp, imap, pop3 = {} } = answers;
  return {
    ...(isRelay ? {} : { provider }),
    mailbox,
    ...(user === undefined || user === mailbox ? {} : { user }),
    ...(isRelay ? plain : oauth),
    ...present({ smtp }),
    ...(replies === 'imap' ? present({ imap }) : {}),
    ...(replies === 'pop3' ? { pop3 } : {}),
  };
}

function present(values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** As YAML, in which no text is cut into lines. */
function block(value: object): string {
  return stringify(value, { lineWidth: 0 });
}
