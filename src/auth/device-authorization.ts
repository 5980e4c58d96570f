import { deviceAuthorizationRequest } from 'oauth4webapi';
import { z } from 'zod';
import { callServer } from './call-server.js';
import { plainText } from './plain-text.js';
import { classifyRefusal, type Refusal } from './refusals.js';
import type { TokenClientSetup } from './token-client.js';

/** A device code and what a person needs for it (RFC 8628 section 3.2). */
export interface DeviceCode {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUrl: string;
  readonly lifetimeMs: number;
  /** How long to wait between two questions. */
  readonly intervalMs: number;
}

/** A device code, or why there is none. */
export type DeviceCodeOutcome =
  | { readonly ok: true; readonly code: DeviceCode }
  | { readonly ok: false; readonly refusal: Refusal };

const answerSchema = z.object({
  device_code: z.string().min(1),
  user_code: z.string().min(1).max(100),
  verification_uri: z.url({ protocol: /^https?$/ }).max(2_000),
  expires_in: z.coerce.number().positive().max(86_400).catch(900),
  interval: z.coerce.number().positive().max(600).catch(5),
});

/** Asks for a device code at `url` (RFC 8628 section 3.1). */
export async function authorizeDevice(setup: TokenClientSetup, url: string): Promise<DeviceCodeOutcome> {
  const { oauth, endpoints } = setup;
  const server = {
    issuer: endpoints.issuer ?? endpoints.tokenUrl,
    device_authorization_endpoint: url,
  };
  const answer = await callServer(setup, (proof, options) =>
    deviceAuthorizationRequest(server, { client_id: oauth.clientId }, proof, { scope: oauth.scope }, options),
  );
  if (!answer.ok) return answer;
  const found = answerSchema.safeParse(answer.body).data;
  if (!found)
    return { ok: false, refusal: classifyRefusal({ cause: new Error('its answer holds no device code') }) };
  return {
    ok: true,
    code: {
      deviceCode: found.device_code,
      userCode: plainText(found.user_code),
      verificationUrl: new URL(found.verification_uri).href,
      lifetimeMs: found.expires_in * 1_000,
      intervalMs: found.interval * 1_000,
    },
  };
}
