/** Says what is wrong with what was typed, in a sentence; undefined when it is right. */
export type Complaint = (typed: string) => string | undefined;

/** One of several answers. */
export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

/** Who is asked at a terminal. Every question throws `Cancelled` when it is broken off. */
export interface Asker {
  /** Says what to do before the next question; lines are shown as they are, so that they can be copied. */
  say(text: string): void;
  choose<T extends string>(question: string, choices: readonly Choice<T>[]): Promise<T>;
  /** Asks for a line, which is asked for again until `complain` has nothing to say. */
  text(question: string, complain: Complaint, initial?: string): Promise<string>;
  /** The same, and what is typed is not shown. */
  secret(question: string, complain: Complaint): Promise<string>;
  confirm(question: string, initial: boolean): Promise<boolean>;
}
