import { z } from 'zod';
import { describe } from '../core/fault.js';
import { plainText } from './plain-text.js';
import { microsoftRefusals, oauthRefusals, type RefusalClass, type RefusalMeaning } from './refusal-table.js';

/** Why an authorization server gave no tokens, and what that asks for. */
export interface Refusal {
  readonly class: RefusalClass;
  /** The most telling code there is: `AADSTS700082`, `invalid_grant`, `HTTP 503`, `network`. */
  readonly code: string;
  /** The `error` of the answer (RFC 6749 section 5.2), where it had one. */
  readonly error?: string;
  /** What happened, in plain words. Never a token, a secret or a body. */
  readonly reason: string;
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
  error: z.string().regex(/^[\w.:/-]{1,80}$/),
  error_description: z.string().optional().catch(undefined),
  error_codes: z.array(z.coerce.number()).optional().catch(undefined),
});

const remedies: Readonly<Record<RefusalClass, string>> = {
  T: 'Nothing now; it is tried again by itself.',
  U: 'Open the authorization URL and sign in again.',
  A: 'Check the client in the settings and its registration at the provider.',
  B: 'Start again with the authorization URL.',
};

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
    return refusal({ class: 'T', reason: `it answers HTTP ${status}` }, `HTTP ${status}`, body?.error);
  if (!body) return withoutError(evidence);

  const { error, error_description: description = '', error_codes: codes = [] } = body;
  if (error === 'temporarily_unavailable' || error === 'server_error')
    return refusal({ class: 'T', reason: `it answers ${error}` }, error, error);
  const numbers = [
    ...codes,
    ...[...description.matchAll(/AADSTS(\d{4,8})/g)].map(([, found]) => Number(found)),
  ];
  for (const number of numbers) {
    const meaning = microsoftRefusals.get(number);
    if (meaning) return refusal(meaning, `AADSTS${number}`, error);
  }
  const said = plainText(description, secrets);
  const known = Object.hasOwn(oauthRefusals, error) ? oauthRefusals[error] : undefined;
  const meaning = known ?? { class: 'T', reason: 'it refuses the request' };
  const reason = said === '' ? meaning.reason : `${meaning.reason}; the provider says: ${said}`;
  return refusal({ ...meaning, reason }, numbers[0] === undefined ? error : `AADSTS${numbers[0]}`, error);
}

/** No answer, or one that is not OAuth's: a proxy, a portal, an outage. */
function withoutError({ status, cause, secrets }: RefusalEvidence): Refusal {
  if (status === undefined)
    return refusal(
      { class: 'T', reason: cause === undefined ? 'no answer' : plainText(describe(cause), secrets) },
      'network',
    );
  const reason =
    status < 400 ? 'its answer holds no access token' : `it answers HTTP ${status} without an OAuth error`;
  return refusal({ class: 'T', reason }, `HTTP ${status}`);
}

function refusal(meaning: RefusalMeaning, code: string, error?: string): Refusal {
  return {
    class: meaning.class,
    code,
    reason:
      code === 'network' || meaning.reason.includes(code) ? meaning.reason : `${meaning.reason} (${code})`,
    remedy: meaning.remedy ?? remedies[meaning.class],
    ...(error === undefined ? {} : { error }),
    ...(meaning.pauseMs === undefined ? {} : { pauseMs: meaning.pauseMs }),
  };
}
