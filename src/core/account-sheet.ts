/** One setting of an account as a person reads it. */
export interface SheetField {
  /** By the words of the Email Action page that people know: `SMTP server`, `Port`, `Client id`, … */
  readonly label: string;
  /** Never a secret: of one it says only that it is set, or that it is not. */
  readonly value: string;
  /** Where it comes from: `ackmail.yaml:12`, or in words, such as `microsoft365` for what the provider's preset fills in. */
  readonly from: string;
}

/** The settings of one account, for people to look at; they are changed in the settings file alone. */
export interface AccountSheet {
  readonly account: string;
  /** What the provider is called by people: `Microsoft 365`. */
  readonly provider: string;
  readonly mailbox: string;
  readonly fields: readonly SheetField[];
  /** What the provider has to know as redirect URI, to the letter; absent where nobody signs in. */
  readonly redirectUri?: string;
  /** What a person does in the provider's portal, step by step. */
  readonly guide: readonly string[];
}
