import { z } from 'zod';
import { describe } from '../core/fault.js';
import { aadstsRefusals } from '../core/refusals/aadsts-refusals.js';
import { oauthRefusals } from '../core/refusals/oauth-refusals.js';
import { refusalClasses } from '../core/refusals/refusal-classes.js';
import type { RefusalClass, RefusalMeaning } from '../core/refusals/refusal-meaning.js';
import { plainText } from './plain-text.js';

/** Why an authorization server gave no tokens, and what that asks for. */
export interface Refusal {
  readonly class: RefusalClass;
  /** The most telling code there is: `AADSTS700082`, `invalid_grant`, `HTTP 503`, `network`. */
  readonly code: string;
  /** The `error` of the answer (RFC 6749 section 5.2), where it had one. */
  readonly error?: string;
  /** What happened, in plain words. Never a token, a secret or a body. */
  readonly reason: string;
  /** What to do; `{user}` signs in, `{mailbox}` is the mailbox. */
  readonly remedy: string;
  /** How long to leave the token endpoint alone, at least. */
  readonly pauseMs?: number;
}

/** What is known of a failure: any of an HTTP status, a parsed body, and what was thrown. */
export interface RefusalEvidence {
  readonly status?: number;
  readonly body?: unknown;
  readonly cause?: unknown;
  /** What must not come back in the reason. */
  readonly secrets?: readonly string[];
}

const errorBody = z.object({
  error: z.string().regex(/^[\w.:/ -]{1,80}$/),
  error_description: z.string().optional().catch(undefined),
  error_codes: z.array(z.coerce.number()).optional().catch(undefined),
  // Google refines with it.
  error_subtype: z.string().optional().catch(undefined),
});

const byNumber = new Map(
  aadstsRefusals.flatMap((meaning) => meaning.codes.map((code) => [code, meaning] as const)),
);
const byError = new Map(Object.entries(oauthRefusals));

/**
 * Reads what a failed answer of an authorization server asks for.
 *
 * `error` decides (RFC 6749 section 5.2), and the AADSTS numbers of Microsoft refine it. The HTTP statuses
 * that say "later", no answer at all, and what is not an OAuth error are transient, whatever else they hold.
 */
export function classifyRefusal(evidence: RefusalEvidence): Refusal {
  const { status, secrets = [] } = evidence;
  const body = errorBody.safeParse(evidence.body).data;
  if (status !== undefined && (status >= 500 || status === 408 || status === 429))
    return refusal(transient(`it answers HTTP ${status}`), `HTTP ${status}`, body?.error);
  if (!body) return withoutError(evidence);

  const { error, error_description: description = '', error_subtype: subtype = '' } = body;
  const known = byError.get(error);
  // What the server says of itself goes before any number.
  if (known?.class === 'transient') return refusal(known, error, error);
  const inText = [...description.matchAll(/AADSTS(\d{4,8})/g)].map(([, found]) => Number(found));
  const numbers = [...(body.error_codes ?? []), ...inText];
  for (const number of numbers) {
    const meaning = byNumber.get(number);
    if (meaning) return refusal(meaning, `AADSTS${number}`, error);
  }
  const refined = byError.get(subtype);
  if (refined) return refusal(refined, subtype, error);
  const said = plainText(description, secrets);
  const meaning = known ?? transient('it refuses the request');
  const reason = said === '' ? meaning.reason : `${meaning.reason}; the provider says: ${said}`;
  return refusal({ ...meaning, reason }, numbers[0] === undefined ? error : `AADSTS${numbers[0]}`, error);
}

/** No answer, or one that is not OAuth's: a proxy, a portal, an outage. */
function withoutError({ status, cause, secrets }: RefusalEvidence): Refusal {
  if (status === undefined)
    return refusal(
      transient(cause === undefined ? 'no answer' : plainText(describe(cause), secrets)),
      'network',
    );
  const reason =
    status < 400 ? 'its answer holds no access token' : `it answers HTTP ${status} without an OAuth error`;
  return refusal(transient(reason), `HTTP ${status}`);
}

function transient(reason: string): RefusalMeaning {
  return { class: 'transient', reason };
}

function refusal(meaning: RefusalMeaning, code: string, error?: string): Refusal {
  const { class: asksFor, reason, remedy, pauseMs } = meaning;
  return {
    class: asksFor,
    code,
    reason: code === 'network' || reason.includes(code) ? reason : `${reason} (${code})`,
    remedy: remedy ?? refusalClasses[asksFor].remedy,
    ...(error === undefined ? {} : { error }),
    ...(pauseMs === undefined ? {} : { pauseMs }),
  };
}
