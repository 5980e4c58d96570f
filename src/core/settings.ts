import { z } from 'zod';
import { accountSettings } from './account-settings.js';
import { acknowledgementSettings } from './acknowledgement-settings.js';
import { httpSettings } from './http-settings.js';
import { settingsValues } from './settings-values.js';

const {
  address,
  duration,
  headerSecret,
  labelText,
  name,
  plainUrl,
  secret,
  senders,
  timeOfDay,
  timeZone,
  url,
} = settingsValues;

const match = z
  .strictObject({
    severity: z.array(z.string()).min(1).optional().describe('Only alerts of these severities.'),
    source: z.array(z.string()).min(1).optional().describe('Only alerts of these monitors.'),
    labels: z
      .record(z.string().min(1), z.union([labelText, z.array(labelText).min(1)]))
      .optional()
      .describe(
        'Only alerts whose labels all fit: an exact text, a list of texts, or a pattern between slashes such as /^db-/ (docs/routing.md). A label that is not there is empty.',
      ),
  })
  .prefault({})
  .describe('Which alerts this action tells of. Default: all.');

const after = duration('0s', '1m').describe(
  'Tells of an alert only when it has fired for so long and nobody has acknowledged it: a step of escalation (docs/routing.md), 1m or more. Default: at once.',
);

const quiet = z
  .strictObject({
    from: timeOfDay.describe('When they begin, such as 22:00.'),
    to: timeOfDay.describe('When they end, such as 07:00; on the next day where it is earlier than `from`.'),
    days: z
      .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
      .min(1)
      .optional()
      .describe('The days on which they begin. Default: every day.'),
    timeZone: timeZone.optional().describe('Default: the `timeZone` of the settings.'),
    pass: z
      .array(z.string())
      .default(['critical'])
      .describe('Alerts of these severities are told all the same. Default [critical].'),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], error: 'another time than `from`' })
  .optional()
  .describe(
    'Quiet hours: what happens in them is told at their end, where it still stands (docs/routing.md).',
  );

const action = z.discriminatedUnion('type', [
  z.strictObject({
    name,
    type: z.literal('email'),
    account: z.string().describe('The account that sends.'),
    backup: z
      .string()
      .optional()
      .describe(
        'Another account, which sends as long as that one is not authorized, has its login or all that it sends refused, cannot be reached, or is put off for 2 minutes.',
      ),
    to: z.array(address).min(1).max(500),
    cc: z
      .array(address)
      .max(499)
      .default([])
      .describe('Who gets it as a copy; they may acknowledge as well. With `to`, at most 500.'),
    acknowledge: z
      .strictObject({
        allow: senders.describe('Who may besides the recipients: addresses, or *@domain.'),
        deny: senders.describe('Who may not in any case.'),
      })
      .prefault({})
      .describe(
        'Who may acknowledge by replying to the mails of this action, beside what `acknowledgement` says (docs/trust.md).',
      ),
    match,
    after,
    quiet,
    repeat: duration('4h', '1m').describe(
      'How long until an alert that still fires is mailed again, 1m or more. Default 4h.',
    ),
    templates: z
      .string()
      .optional()
      .describe('A folder with subject.liquid, text.liquid or html.liquid of your own.'),
  }),
  z.strictObject({
    name,
    type: z.literal('webhook'),
    url,
    format: z
      .enum(['ackmail', 'slack', 'teams'])
      .default('ackmail')
      .describe(
        'What is posted. ackmail: the events as they are (docs/webhook.md); slack, teams: a message for people (docs/chat.md). Default ackmail.',
      ),
    headers: z
      .record(z.string().regex(/^[A-Za-z0-9-]+$/), headerSecret)
      .default({})
      .describe('Header fields sent along, such as Authorization.'),
    secret: secret
      .optional()
      .describe('Signs what is sent, so that the other side can tell that it is ours (docs/webhook.md).'),
    match,
    after,
    quiet,
    repeat: duration('4h', '1m').describe(
      'How long until an alert that still fires is told again, 1m or more. Default 4h.',
    ),
    timeout: duration('10s'),
  }),
  z.strictObject({
    name,
    type: z.literal('command'),
    command: z
      .array(z.string().regex(/^[^\0]*$/, 'a text without a null character'))
      .refine(
        ([file = '']) => /[/\\]/.test(file),
        'the path of a program, such as [/usr/local/bin/page, --loud]',
      )
      .describe('A program and its arguments; no shell. It reads the alert as JSON (docs/command.md).'),
    match,
    after,
    quiet,
    repeat: duration('4h', '1m').describe(
      'How long until an alert that still fires is told again, 1m or more. Default 4h.',
    ),
    timeout: duration('30s'),
  }),
]);

const report = z
  .strictObject({
    to: z.array(address).min(1).max(100).describe('Who gets it.'),
    every: z.enum(['day', 'week']).default('week').describe('How often. Default week.'),
    at: timeOfDay
      .default('07:00')
      .describe('When, by the clock on the wall in `timeZone`, such as 07:00. Default 07:00.'),
    day: z
      .enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
      .default('mon')
      .describe('On which day, where it is `every: week`. Default mon.'),
    account: z
      .string()
      .optional()
      .describe(
        'The account that sends it. Default: the first one that can of those that the email actions send by.',
      ),
  })
  .optional()
  .describe(
    'Mails how alerting went: alerts, delivery, time to acknowledge, what ends soon (docs/report.md).',
  );

const monitor = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('alertmanager'),
    url: url.describe('Where Alertmanager listens, such as http://127.0.0.1:9093.'),
    secret: secret.optional().describe('What Alertmanager sends as Bearer token or basic-auth password.'),
    insecure: z.boolean().default(false).describe('Out loud: take webhooks without a secret.'),
    username: z.string().optional().describe('Basic auth towards Alertmanager.'),
    password: secret.optional(),
    token: headerSecret.optional().describe('Bearer token towards Alertmanager.'),
    poll: duration('30s').describe('How often to look after alerts that are silenced. Default 30s.'),
    resolvedAfter: duration('2m').describe(
      'How long a silenced alert must be missing to count as resolved. Default 2m.',
    ),
  }),
]);

/** The one schema of the settings; plugin.json's JSON Schema and the docs come from it. Durations become milliseconds. */
export const settingsSchema = z.strictObject({
  $schema: z.string().optional(),
  dataDir: z.string().default('./data').describe('Where everything is kept; a host gives its own.'),
  keyFile: z
    .string()
    .optional()
    .describe(
      'A file with the key for encryption at rest, 32 bytes in base64. Default: ackmail.key beside the settings file.',
    ),
  timeZone: timeZone.optional().describe("Default: the system's."),
  proxy: url.optional().describe('Default: HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment.'),
  ca: z.string().optional().describe('A file with the PEM certificates of a private CA, trusted everywhere.'),
  accounts: z
    .record(name, accountSettings)
    .refine((accounts) => Object.keys(accounts).length > 0, 'at least one account'),
  actions: z.array(action).min(1),
  acknowledgement: acknowledgementSettings.optional(),
  monitors: z.record(name, monitor).default({}),
  giveUpAfter: duration('3d', '1h').describe(
    'How long what could not be told is tried again, counted from when it was due first; then people are told that it did not arrive (docs/outbox.md). 1h or more. Default 3d.',
  ),
  admins: z.array(address).default([]).describe('Who gets system errors with their authorization URL.'),
  report,
  heartbeat: z
    .strictObject({
      url: plainUrl,
      every: duration('1m').describe('How often it is fetched. Default 1m.'),
    })
    .optional()
    .describe(
      'A URL that is fetched only while everything works, so that its silence is heard (docs/heartbeat.md).',
    ),
  http: httpSettings,
  retention: z
    .strictObject({
      alerts: duration('7d', '1d').describe('How long resolved alerts are kept. Default 7d.'),
      mails: duration('30d', '1d').describe(
        'How long mails are kept, and so how long a reply to one counts. Default 30d.',
      ),
      replies: duration('90d', '1d').describe('How long it is remembered what a reply came to. Default 90d.'),
      history: duration('90d', '1d').describe('How long the history is kept. Default 90d.'),
    })
    .prefault({})
    .describe('When what is kept is removed, once a day; each 1d or more.'),
});

/** The settings after the check, defaults filled in, secrets still as they were written. */
export type Settings = z.infer<typeof settingsSchema>;
/** The settings of one account. */
export type AccountSettings = Settings['accounts'][string];
/** The settings of one action, of any type. */
export type ActionSettings = Settings['actions'][number];
/** The settings of an action that mails. */
export type EmailActionSettings = Extract<ActionSettings, { type: 'email' }>;
/** The settings of an action that posts JSON. */
export type WebhookActionSettings = Extract<ActionSettings, { type: 'webhook' }>;
/** The settings of an action that runs a program. */
export type CommandActionSettings = Extract<ActionSettings, { type: 'command' }>;
/** The quiet hours of an action. */
export type QuietSettings = NonNullable<ActionSettings['quiet']>;
/** To whom and when a report is mailed. */
export type ReportSettings = NonNullable<Settings['report']>;
/** What is fetched as long as everything works. */
export type HeartbeatSettings = NonNullable<Settings['heartbeat']>;
/** How replies are read and what they acknowledge. */
export type AcknowledgementSettings = NonNullable<Settings['acknowledgement']>;
/** The settings of one bridge, of any type. */
export type MonitorSettings = Settings['monitors'][string];
