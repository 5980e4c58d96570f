import type { SignedIn } from './signed-in.js';

/** What happens while somebody signs in by a device code (RFC 8628): first the code to show, at the end who it was. */
export type DeviceStep =
  | {
      readonly step: 'code';
      /** What the person enters. */
      readonly userCode: string;
      /** Where the person enters it. */
      readonly verificationUrl: string;
      readonly expiresAt: Date;
    }
  | ({ readonly step: 'signed-in' } & SignedIn);
