/**
 * Tells the recipients of a mail that an address replied to it and nothing came of it: since that address may not
 * (`stranger`), or since nothing shows that the reply really was from it (`unauthenticated`).
 */
export function strangerNotice(kind: 'stranger' | 'unauthenticated', address: string): string {
  const why = {
    stranger: 'This alert did not go to that address, and the settings do not allow it.',
    unauthenticated: 'Nothing shows that the reply really came from that address.',
  };
  const what = {
    stranger:
      'If that was you, reply from the address that the alert came to. An admin can allow others by `acknowledgement.allow`.',
    unauthenticated:
      'If that was you, tell your admin: `ackmail replies` says what was missing. If it was not, somebody has this mail who should not.',
  };
  return `A reply from ${address} came to this alert, and nothing was done. ${why[kind]} No further one is told of.\n\n${what[kind]}`;
}
