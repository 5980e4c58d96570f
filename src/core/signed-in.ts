/** Who signed in for which account, and what of it was not granted. */
export interface SignedIn {
  readonly account: string;
  /** What the provider calls the person. */
  readonly user: string;
  /** What was asked for and not granted; empty where everything was, or where the provider does not tell. */
  readonly missingScopes: readonly string[];
}
