import { z } from 'zod';
import { classifyRefusal } from './refusals.js';
import type { TokenOutcome } from './token-request.js';

const standardLifetimeMs = 3_600_000;
const optionalText = z.string().min(1).optional().catch(undefined);

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  // A number by RFC 6749, a string by some; what is neither, or is not positive, says nothing.
  expires_in: z.coerce.number().positive().max(1e9).optional().catch(undefined),
  refresh_token: optionalText,
  // Said by Google and Microsoft of sign-ins that end whatever is done.
  refresh_token_expires_in: z.coerce.number().positive().max(1e9).optional().catch(undefined),
  id_token: optionalText,
  scope: optionalText,
});

/** Reads a good answer of a token endpoint (RFC 6749 section 5.1); without an access token it is none. */
export function readTokens(answer: unknown): TokenOutcome {
  const tokens = tokenAnswer.safeParse(answer).data;
  if (!tokens) return { ok: false, refusal: classifyRefusal({ status: 200 }) };
  const { expires_in: expiresInS, refresh_token: refreshToken, id_token: idToken, scope } = tokens;
  const { refresh_token_expires_in: refreshExpiresInS } = tokens;
  return {
    ok: true,
    tokens: {
      accessToken: tokens.access_token,
      lifetimeMs: expiresInS === undefined ? standardLifetimeMs : expiresInS * 1_000,
      ...(refreshToken === undefined ? {} : { refreshToken }),
      ...(refreshExpiresInS === undefined ? {} : { refreshLifetimeMs: refreshExpiresInS * 1_000 }),
      ...(idToken === undefined ? {} : { idToken }),
      ...(scope === undefined ? {} : { scope }),
    },
  };
}
