/** What a fault of one code means: is it worth trying again, what happened, what to do. */
export interface FaultMeaning {
  readonly transient: boolean;
  /** What happened; `{name}` stands for a fact of the fault. */
  readonly text: string;
  /** The one thing to do, said to the person who must act at 3 a.m. */
  readonly remedy: string;
}

/** What a code means, in the order in which it is told: transient, what happened, what to do. */
export const meaning = (transient: boolean, text: string, remedy: string): FaultMeaning => ({
  transient,
  text,
  remedy,
});
