import type { ComposedMail } from '../../core/mail.js';
import { automaticSign } from '../automatic-mail.js';
import type { HeaderFields } from '../header-fields.js';
import type { Findings } from '../judgement.js';
import { mayAcknowledge, oneSender } from '../sender-policy.js';

/** Whether a mail may act, and by whose word. */
export type Trust = Pick<Findings, 'automatic' | 'evidence'> &
  (
    | { readonly sender: string; readonly refusal?: undefined }
    | {
        readonly sender?: string;
        /** Why it may not, in plain words. */
        readonly refusal: string;
      }
  );

/** By what it is decided who may act. */
export interface TrustRules {
  /** Who may acknowledge besides the recipients of a mail. */
  readonly allow: readonly string[];
  /** The addresses that we send from. */
  readonly ownAddresses: readonly string[];
}

/**
 * Decides whether a reply may act. `mail` is what it answers; where nothing is known of that, its recipients are not
 * looked at.
 */
export function trustOf(fields: HeaderFields, mail: ComposedMail | undefined, rules: TrustRules): Trust {
  const sender = oneSender(fields);
  const refused = (refusal: string, automatic?: string): Trust => ({
    refusal,
    ...(sender === undefined ? {} : { sender }),
    ...(automatic === undefined ? {} : { automatic }),
  });
  if (fields.values('x-ackmail-mail').length > 0) return refused('it is our own mail');
  const sign = automaticSign(fields);
  if (sign !== undefined) return refused(`it is automatic mail: ${sign}`, sign);
  if (sender === undefined) return refused('it does not have exactly one sender');
  if (rules.ownAddresses.some((own) => own.toLowerCase() === sender))
    return refused('it was sent from our own address');
  if (mail && !mayAcknowledge(sender, mail, rules.allow))
    return refused('the sender is neither a recipient of the mail nor allowed by the settings');
  return { sender };
}
