/** The `source` of the alerts that tell of our own system errors; no monitor may have this name. */
export const ownSource = 'ackmail';
