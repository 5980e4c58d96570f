import type { TokenRequest } from './token-request.js';

/** What of a request must not come back in any text. */
export function secretsOf(request: TokenRequest): readonly string[] {
  switch (request.grant) {
    case 'authorization_code':
      return [request.code, request.verifier];
    case 'refresh_token':
      return [request.refreshToken];
    case 'device_code':
      return [request.deviceCode];
    case 'client_credentials':
      return [];
  }
}
