/** One setting of an account as a person reads it. */
export interface SheetField {
  /** By the words of the Email Action page that people know: `SMTP server name`, `Port`, `Client ID`, … */
  readonly label: string;
  /** Never a secret: of one it says only that it is set, or that it is not. */
  readonly value: string;
  /** Where it comes from: `ackmail.yaml:12`, or in words: `the preset microsoft365`, `the default`. */
  readonly from: string;
}

/** Settings that belong together: `Sending`, `Authorization`, `Reading replies`. */
export interface SheetGroup {
  readonly title: string;
  readonly fields: readonly SheetField[];
}

/** An action that sends by an account. */
export interface AccountUse {
  readonly action: string;
  readonly as: 'primary' | 'backup';
  /** The other account of that action: the backup of the primary, or the primary of the backup. */
  readonly other?: string;
}

/** The settings of one account, for people to look at; they are changed in the settings file alone. */
export interface AccountSheet {
  readonly account: string;
  /** What the provider is called by people: `Microsoft 365`. */
  readonly provider: string;
  readonly mailbox: string;
  /** The person who has to sign in for it; absent where nobody does. */
  readonly signsIn?: string;
  readonly uses: readonly AccountUse[];
  /** Whether replies are read from its mailbox. */
  readonly watched: boolean;
  /** Whether it has a server to send by. */
  readonly sends: boolean;
  readonly groups: readonly SheetGroup[];
  /** What the provider has to know as redirect URI, to the letter; absent where nobody signs in with a browser. */
  readonly redirect?: SheetField;
  /** What a person does in the provider's portal and then here, step by step. */
  readonly guide: readonly string[];
  /** The file of the documentation that tells more: `docs/providers/google.md`. */
  readonly guidePage: string;
}
