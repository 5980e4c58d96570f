/** What a generator yields, each asked for while the one before it is used. */
export async function* oneAhead<T>(
  items: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  const ask = () => {
    const asked = items.next();
    // Where nobody comes back for it, nobody wants to know what became of it either.
    asked.catch(() => undefined);
    return asked;
  };
  for (let next = ask(); ; ) {
    const { done, value } = await next;
    if (done) return;
    next = ask();
    yield value;
  }
}
