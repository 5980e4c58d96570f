/** Saves what changes often, the latest one each time. */
export interface Saving<T> {
  /** Begins to save a value, or does so after the one that is being saved. Throws what went wrong before, once. */
  save(value: T): void;
  /**
   * Waits for what is being saved, and saves what could not be saved before. Throws what went wrong, once: the next call
   * tries again.
   */
  end(): Promise<void>;
}

/** Makes what saves a position beside the reading: a mail that comes again after a crash does no harm. */
export function createSaving<T>(put: (value: T) => Promise<void>): Saving<T> {
  let latest: { readonly value: T } | undefined;
  let running: Promise<void> | undefined;
  let failure: { readonly thrown: unknown } | undefined;
  const run = async () => {
    for (let next = latest; next && !failure; next = latest) {
      latest = undefined;
      try {
        await put(next.value);
      } catch (thrown) {
        failure = { thrown };
        latest ??= next;
      }
    }
    running = undefined;
  };
  const check = () => {
    if (!failure) return;
    const { thrown } = failure;
    failure = undefined;
    throw thrown;
  };
  return {
    save(value) {
      latest = { value };
      check();
      running ??= run();
    },
    async end() {
      if (!failure && latest) running ??= run();
      await running;
      check();
    },
  };
}
