import type { MeaningSetting } from './meaning-of.js';
import type { References } from './reference.js';
import type { TrustRules } from './trust/trust-of.js';

/** What the reader must know to judge replies. */
export interface ReplyRules extends TrustRules, Pick<MeaningSetting, 'expiresMs' | 'alert'> {
  /** In which a reply that names no zone of its own is read, such as Europe/Berlin. */
  readonly timeZone: string;
  readonly references: References;
}

/** What the rules are made of. */
export interface ReplyRulesSetup extends Omit<ReplyRules, 'expiresMs' | 'allow'> {
  /** `expires` in milliseconds; `allow`: addresses, or `*@domain`. */
  readonly settings: { readonly expires: number; readonly allow: readonly string[] };
}

/** The rules that the settings make. */
export function replyRules({ settings, ...rest }: ReplyRulesSetup): ReplyRules {
  const { timeZone, ownAddresses, references, alert } = rest;
  const { expires: expiresMs, allow } = settings;
  return { expiresMs, timeZone, allow, ownAddresses, references, alert };
}
