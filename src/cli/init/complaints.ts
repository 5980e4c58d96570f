import type { z } from 'zod';
import { accountSettings } from '../../core/account-settings.js';
import { acknowledgementSettings } from '../../core/acknowledgement-settings.js';
import { settingsSchema } from '../../core/settings.js';
import { settingsValues } from '../../core/settings-values.js';
import { isSafeUrl } from '../../settings/is-safe-url.js';
import type { Complaint } from './asker.js';
import { listOf } from './list-of.js';

/** By the schema of the settings: what is wrong with one value. */
const by =
  (schema: z.ZodType): Complaint =>
  (typed) => {
    if (typed === '') return 'Please type something.';
    const message = schema.safeParse(typed).error?.issues[0]?.message;
    return message === undefined ? undefined : /^(Invalid|Too) /.test(message) ? message : `Not ${message}.`;
  };
const orEmpty =
  (complain: Complaint): Complaint =>
  (typed) =>
    typed === '' ? undefined : complain(typed);
const { address, plainUrl, secret, url } = settingsValues;
/** Whether a text ends in a port that there is, or in none. */
const hasPort = (typed: string) => {
  const port = /:(\d+)$/.exec(typed)?.[1];
  return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
};
const addresses: Complaint = (typed) =>
  listOf(typed)
    .map((each) => by(address)(each))
    .find((complaint) => complaint !== undefined) ?? (listOf(typed).length > 0 ? undefined : by(address)(''));
const { tenant, issuer } = accountSettings.shape;

/** What is wrong with what somebody typed, by the same schema that the settings are checked by. */
export const complaints = {
  oneLine: ((typed) => (/[\r\n]/.test(typed) ? 'Not one line.' : by(secret)(typed))) satisfies Complaint,
  optional: () => undefined,
  address: by(address),
  addresses,
  optionalAddresses: orEmpty(addresses),
  tenant: ((typed) =>
    tenant.safeParse(typed).success && typed !== ''
      ? undefined
      : 'Not a domain or an id of a tenant.') satisfies Complaint,
  url: by(url),
  endpoint: ((typed) =>
    by(issuer.unwrap())(typed) ??
    (isSafeUrl(typed) ? undefined : 'Not https, and not on this machine.')) satisfies Complaint,
  date: orEmpty((typed) =>
    accountSettings.shape.clientSecretExpires.safeParse(typed).success
      ? undefined
      : 'Not a date such as 2027-05-01.',
  ),
  authservId: orEmpty((typed) =>
    acknowledgementSettings.shape.authservId.safeParse(typed).success
      ? undefined
      : 'Not the name of a mail server such as mx.example.com.',
  ),
  listen: ((typed) =>
    by(settingsSchema.shape.http.unwrap().shape.listen.unwrap())(typed) ??
    (hasPort(typed) ? undefined : 'Not a port from 1 to 65535.')) satisfies Complaint,
  publicUrl: ((typed) =>
    by(plainUrl)(typed) ??
    (isSafeUrl(typed)
      ? undefined
      : 'Not https; browsers could not finish a sign-in there.')) satisfies Complaint,
  hostAndPort: ((typed) =>
    /^([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/.test(typed) && hasPort(typed)
      ? undefined
      : 'Not a host such as smtp.example.com, or with its port, smtp.example.com:587.') satisfies Complaint,
} as const;
