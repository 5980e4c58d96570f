import type { References } from '../reference/reference.js';
import type { TrustRules } from '../trust/trust-of.js';
import type { MeaningSetting } from './meaning-of.js';

/** What the reader must know to judge replies. */
export interface ReplyRules extends Pick<MeaningSetting, 'expiresMs' | 'alert'> {
  readonly trust: TrustRules;
  /** In which a reply that names no zone of its own is read, such as Europe/Berlin. */
  readonly timeZone: string;
  readonly references: References;
}

/** What the rules are made of. */
export interface ReplyRulesSetup extends Omit<ReplyRules, 'expiresMs'> {
  /** `expires` in milliseconds. */
  readonly settings: { readonly expires: number };
}

/** The rules that the settings make. */
export function replyRules({ settings, trust, timeZone, references, alert }: ReplyRulesSetup): ReplyRules {
  return { expiresMs: settings.expires, trust, timeZone, references, alert };
}
