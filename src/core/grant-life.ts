/** How long a person's sign-in lasts at a provider. Pure data. */
export interface GrantLife {
  /** Days until a sign-in ends that nobody used; each refresh begins them anew. */
  readonly idleDays: number;
  /** Sign-ins that end after a few days whatever is done, as long as an administrator changes nothing. */
  readonly short: {
    readonly days: number;
    /** Why they do, in plain words that follow a colon. */
    readonly reason: string;
    /** What makes the next one last. */
    readonly remedy: string;
  };
}
