import { z } from 'zod';
import { settingsValues } from './settings-values.js';

const { plainUrl, secret } = settingsValues;

const proxies = z
  .strictObject({
    addresses: z
      .array(
        z.union(
          [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
          'an IP address, or a range such as 10.0.0.0/24',
        ),
      )
      .min(1)
      .describe('The IP addresses that the proxies connect from, or ranges such as 10.0.0.0/24.'),
    userHeader: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/, 'the name of a header field')
      .optional()
      .describe(
        'Where they sign people in themselves: the header field in which they name who it is, such as x-forwarded-user. Absent: they sign nobody in.',
      ),
  })
  .describe(
    'Proxies in front of Ackmail: only their word counts on where a request comes from, and on who signed in (docs/security.md).',
  );

/** The part of the settings that says how Ackmail is reached, and by whom. */
export const httpSettings = z
  .strictObject({
    listen: z
      .string()
      .regex(/^(\[[0-9a-f:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'HOST:PORT such as 127.0.0.1:8025')
      .optional()
      .describe('Absent: no port is opened, the host mounts the handler.'),
    publicUrl: plainUrl.optional().describe('The address that people reach it by.'),
    token: secret
      .optional()
      .describe(
        'Who sends it as Bearer token or basic-auth password may read /metrics, /report-header and the details of /healthz. Absent: there is no /metrics.',
      ),
    users: z
      .record(
        z.string().regex(/^\S(.{0,98}\S)?$/, 'a name of one line, at most 100 characters'),
        secret.regex(
          /^scrypt:(16384|32768|65536|131072):8:[1-9]:[\w-]{22,86}:[\w-]{43}$/,
          'what `ackmail console --password` prints',
        ),
      )
      .optional()
      .describe(
        'Who signs in at the console with a password: names, such as anna@example.com, with what `ackmail console --password` prints.',
      ),
    proxies: proxies.optional(),
  })
  .prefault({});
