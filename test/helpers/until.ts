type Truthy<T> = Exclude<T, undefined | null | false | '' | 0>;

/** Looks again and again until there is something, and answers it; throws with `what` after `limitMs`. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  limitMs = 15_000,
): Promise<Truthy<T>> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (isThere(found)) return found;
    if (Date.now() > end) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function isThere<T>(found: T): found is T & Truthy<T> {
  return Boolean(found);
}
