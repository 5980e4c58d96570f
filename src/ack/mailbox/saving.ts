/** Saves what changes often, the latest one each time. */
export interface Saving<T> {
  /** Begins to save a value, or does so after the one that is being saved. Throws what went wrong before. */
  save(value: T): void;
  /** Waits for what is being saved. */
  end(): Promise<void>;
}

/** Makes what saves a position beside the reading: a mail that comes again after a crash does no harm. */
export function createSaving<T>(put: (value: T) => Promise<void>): Saving<T> {
  let latest: { readonly value: T } | undefined;
  let running: Promise<void> | undefined;
  let failure: { readonly thrown: unknown } | undefined;
  const run = async () => {
    try {
      for (let next = latest; next; next = latest) {
        latest = undefined;
        await put(next.value);
      }
    } catch (thrown) {
      failure = { thrown };
    }
    running = undefined;
  };
  const check = () => {
    if (failure) throw failure.thrown;
  };
  return {
    save(value) {
      check();
      latest = { value };
      running ??= run();
    },
    async end() {
      await running;
      check();
    },
  };
}
