/** What a figure tells a user, and what is wanted of it. */
export interface Figure {
  readonly name: string;
  readonly means: string;
  /** Absent where the figure is there to compare with. */
  readonly wanted?: { readonly least: number } | { readonly most: number };
}

/** All figures of the benchmark, in the order in which they are told; README.md says how each is measured. */
export const figures: readonly Figure[] = [
  {
    name: 'send.perSecond',
    means: 'Mails a second, where the provider sets no limit: far more than any provider takes.',
  },
  {
    name: 'send.barePerSecond',
    means: 'The same bytes by the mail library alone, nothing kept and nothing composed.',
  },
  {
    name: 'send.ratio',
    means: 'What composing, keeping on disk and putting on record leave of that.',
    wanted: { least: 0.5 },
  },
  {
    name: 'send.vsAlertmanager',
    means: 'Mails a second by 3 connections, against Alertmanager, which opens one for each of 2,000 mails.',
    wanted: { least: 1 },
  },
  {
    name: 'send.alertmanagerPerSecond',
    means: 'What Alertmanager sends a second; it waits for no disk.',
  },
  {
    name: 'ack.afterIdleMs',
    means: 'How long after your reply has come into the mailbox the monitor is told, in milliseconds.',
    wanted: { most: 50 },
  },
  {
    name: 'replies.perSecond',
    means: 'Replies a second that are read and acknowledged, of 1,000 that waited on Dovecot.',
    wanted: { least: 200 },
  },
  {
    name: 'replies.mbGrowth10k',
    means: 'What reading 10,000 further ones leaves in memory, in megabytes.',
    wanted: { most: 20 },
  },
  {
    name: 'start.growth100kMails',
    means: 'What a start costs with 100,000 old mails in the mailbox, against none.',
    wanted: { most: 1.5 },
  },
  {
    name: 'pop3.pollRatio',
    means:
      'How long a look over POP3 takes with 10,000 mails left there and none new, against listing them alone.',
    wanted: { most: 2 },
  },
  { name: 'pop3.pollMs', means: 'How long that look takes, in milliseconds.' },
  {
    name: 'pop3.pollExtraBytes',
    means: 'What the server sends in it beyond the login and the list, in bytes.',
    wanted: { most: 1_000 },
  },
  {
    name: 'token.warmMicros',
    means: 'What asking for an access token costs while it is good, in microseconds.',
    wanted: { most: 20 },
  },
  {
    name: 'token.refreshesDay',
    means: 'Requests to the authorization server in a day of 10,000 mails.',
    wanted: { most: 26 },
  },
  { name: 'token.refreshesDayNeeded', means: 'As many as the life of the tokens asks for.' },
  {
    name: 'token.refreshes1000',
    means: 'Requests when 1,000 ask at once for a token that has run out.',
    wanted: { most: 1 },
  },
  {
    name: 'storm.acceptedPerSecond',
    means: 'Alerts a second that a monitor gets rid of in a storm of 10,000.',
  },
  {
    name: 'storm.seconds',
    means: 'How long until people have got word of each of the 10,000, within the limits of Microsoft 365.',
    wanted: { most: 60 },
  },
  { name: 'storm.mails', means: 'How many mails they got for that.' },
  { name: 'storm.unnamed', means: 'Alerts that no mail named.', wanted: { most: 0 } },
  { name: 'storm.throttled', means: 'How often the provider had to refuse.', wanted: { most: 0 } },
  {
    name: 'storm.alertmanagerNamed',
    means: 'How many of 10,000 Alertmanager names within a minute, a mail for each alert.',
  },
  { name: 'storm.alertmanagerThrottled', means: 'How often the provider refuses it meanwhile.' },
  { name: 'accept.perSecond', means: 'Alerts a second that are accepted one by one, each on disk for good.' },
  {
    name: 'accept.vsFsync',
    means: 'Against the least code that makes as many files durable: 2 is twice as fast.',
    wanted: { least: 0.8 },
  },
  {
    name: 'accept.growth100k',
    means: 'What accepting costs while 100,000 alerts wait for a mail server that is down, against none.',
    wanted: { most: 1.2 },
  },
  {
    name: 'start.seconds100k',
    means: 'How long a start takes with those 100,000, in seconds.',
    wanted: { most: 5 },
  },
  { name: 'rss.mb100k', means: 'The memory that it has with them, in megabytes.', wanted: { most: 250 } },
  {
    name: 'rss.mbIdle',
    means: 'The memory that it has when it watches a mailbox and nothing happens, in megabytes.',
    wanted: { most: 120 },
  },
  {
    name: 'page.coldStartMs',
    means: 'How long from the start of the process until somebody sees the console, in milliseconds.',
    wanted: { most: 1_500 },
  },
  {
    name: 'page.bytes',
    means: 'What that first page loads in all, in bytes.',
    wanted: { most: 60_000 },
  },
  {
    name: 'page.ms10k',
    means:
      'How long the slowest page takes with 10,000 open alerts and 90 days of history at 1,000 a day, in milliseconds.',
    wanted: { most: 50 },
  },
  {
    name: 'report.seconds90d',
    means: 'How long a report of 90 days at 1,000 alerts a day takes, start and end of the process included.',
    wanted: { most: 3 },
  },
  {
    name: 'report.mb90d',
    means: 'The memory that this process has at the most, in megabytes.',
    wanted: { most: 200 },
  },
];

/** What is wanted, as people write it; nothing where nothing is. */
export function bound({ wanted }: Figure): string {
  if (wanted === undefined) return '';
  return 'least' in wanted ? `≥ ${wanted.least}` : `≤ ${wanted.most}`;
}
