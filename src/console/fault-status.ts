import type { Fault } from '../core/fault.js';

/** The HTTP status (RFC 9110 section 15) that tells a caller whose turn it is after a fault. */
export function faultStatus(fault: Fault): 400 | 403 | 404 | 500 | 502 | 503 {
  switch (fault.code) {
    case 'OAUTH_STATE_UNKNOWN':
    case 'OAUTH_RESTART':
      return 400;
    case 'OAUTH_COOKIE_MISSING':
    case 'OAUTH_REFUSED':
    case 'OAUTH_WRONG_ACCOUNT':
      return 403;
    case 'OAUTH_NO_PAGE':
      return 404;
    case 'OAUTH_TEMPORARY':
    case 'OAUTH_CONFIGURATION_REQUIRED':
      return 502;
    default:
      return fault.transient ? 503 : 500;
  }
}
