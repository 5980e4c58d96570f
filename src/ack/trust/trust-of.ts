import type { ComposedMail } from '../../core/mail.js';
import type { ReplyRefusal } from '../../core/reply-refusal.js';
import type { HeaderFields } from '../header-fields.js';
import type { Findings } from '../judgement/judgement.js';
import { authenticationAdvice } from './authentication-advice.js';
import type { AuthenticationPolicy } from './authentication-policy.js';
import { automaticSign } from './automatic-mail.js';
import { dkimEvidence, type ResolveTxt } from './dkim-evidence.js';
import type { Evidence } from './evidence.js';
import { forwardingSign } from './forwarding-sign.js';
import { headerEvidence } from './header-evidence.js';
import { oneSender, type SenderRules, senderRefusal } from './sender-policy.js';

/** Whether a mail may act, and by whose word. */
export type Trust = { readonly found: Pick<Findings, 'automatic' | 'sender' | 'evidence'> } & (
  | { readonly sender: string; readonly refusal?: undefined; readonly later?: undefined }
  | {
      /** Why it may not, in plain words. */
      readonly refusal: string;
      readonly kind: ReplyRefusal;
    }
  | {
      /** Why that cannot be told now. */
      readonly later: string;
      readonly sender: string;
      readonly refusal?: undefined;
    }
);

/** By what it is decided who may act. */
export interface TrustRules {
  /** By what it is shown who sent a mail. */
  readonly authentication: AuthenticationPolicy;
  /** Whose replies count beside those of the recipients of a mail, whatever the mail. */
  readonly senders: SenderRules;
  /** The same for the mails of one action, by its name. */
  readonly actionSenders: Readonly<Record<string, SenderRules>>;
  /** The addresses that we send from. */
  readonly ownAddresses: readonly string[];
  readonly resolveTxt: ResolveTxt;
}

/** A mail of which it is to be decided whether it may act. */
export interface MailToTrust {
  readonly fields: HeaderFields;
  /** What it answers; where nothing is known of that, nothing is asked that has to do with it. */
  readonly mail: ComposedMail | undefined;
  /** Whether fields name the mail that it answers. */
  readonly answers: (fields: HeaderFields) => boolean;
  /** When the mail server received it. */
  readonly receivedAt: Date;
  /** The message as it is; absent as long as only its header is there, by which most of what may not act is refused. */
  readonly source?: Buffer;
}

const dayMs = 86_400_000;

/**
 * Decides whether a mail may act: not automatic, not handed on, not of long ago, from one sender who may acknowledge,
 * and shown to be by that sender.
 *
 * `Sender` is not looked at: it names who sent for somebody else, as a deputy does, and is not what is authenticated.
 */
export async function trustOf(given: MailToTrust, rules: TrustRules): Promise<Trust> {
  const { fields, mail, source } = given;
  const sender = oneSender(fields);
  const shown = sender === undefined ? undefined : headerEvidence(fields, sender, rules.authentication);
  const found = {
    ...(sender === undefined ? {} : { sender }),
    ...(shown ? { evidence: shown.text } : {}),
  };
  const refused = (kind: ReplyRefusal, refusal: string): Trust => ({ found, kind, refusal });
  if (fields.values('x-ackmail-mail').length > 0) return refused('own', 'it is our own mail');
  const automatic = automaticSign(fields);
  if (automatic !== undefined)
    return {
      found: { ...found, automatic },
      kind: 'automatic',
      refusal: `it is automatic mail: ${automatic}`,
    };
  if (sender === undefined) return refused('sender', 'it does not have exactly one sender');
  if (rules.ownAddresses.some((own) => own.toLowerCase() === sender))
    return refused('own', 'it was sent from our own address');
  const forwarding = forwardingSign(fields, mail?.subject);
  if (forwarding !== undefined) return refused('forwarded', forwarding);
  if (mail && isOfBefore(fields, mail))
    return refused('old', 'its Date is more than a day before the mail that it answers');
  const own = mail && rules.actionSenders[mail.action];
  const stranger = mail && senderRefusal(sender, mail, own ? [rules.senders, own] : [rules.senders]);
  if (stranger !== undefined) return refused('stranger', stranger);

  const evidence = shown ?? (source && (await signatureEvidence(given, sender, source, rules)));
  if (!evidence) return { found, sender };
  const { verdict, text, advice = '' } = evidence;
  const shownBy = { found: { ...found, evidence: text } };
  if (verdict === 'pass') return { ...shownBy, sender };
  if (verdict === 'later') return { ...shownBy, sender, later: `it cannot be told now who sent it: ${text}` };
  const refusal = `nothing shows that ${sender} sent it: ${text}${advice === '' ? '' : `. ${advice}`}`;
  return { ...shownBy, kind: 'unauthenticated', refusal };
}

async function signatureEvidence(
  given: MailToTrust,
  sender: string,
  source: Buffer,
  { authentication, resolveTxt }: TrustRules,
): Promise<Evidence> {
  const { fields, answers, receivedAt } = given;
  const evidence = await dkimEvidence({ source, sender, answers, receivedAt }, resolveTxt);
  const advice = authenticationAdvice(fields, authentication);
  return evidence.verdict === 'fail' && advice !== undefined ? { ...evidence, advice } : evidence;
}

/** Clocks of senders may be wrong by a day; what has no Date that can be read is not asked for it. */
function isOfBefore(fields: HeaderFields, { composedAt }: ComposedMail): boolean {
  return fields.values('date').some((value) => Date.parse(value) < composedAt.getTime() - dayMs);
}
