/** What the pipeline made of one raised event. */
export interface RaiseOutcome {
  readonly eventId: string;
  /** The firing it belongs to; absent for `ignored`. */
  readonly alertId?: string;
  /**
   * `accepted`: on disk for every action that wants it. `known`: delivered before, or not due to be repeated.
   * `ignored`: about an alert that is not open.
   */
  readonly result: 'accepted' | 'known' | 'ignored';
}
