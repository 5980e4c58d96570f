const shortest = 8;

/** What to type in place of each id: its first 8 characters, or as many as it takes to tell it from the others. */
export function shortIds(ids: readonly string[]): (id: string) => string {
  const sorted = [...ids].sort();
  const lengths = new Map<string, number>();
  sorted.forEach((id, place) => {
    const shared = [sorted[place - 1], sorted[place + 1]].map((other) => sharedLength(id, other ?? ''));
    lengths.set(id, Math.max(shortest, ...shared.map((length) => length + 1)));
  });
  return (id) => id.slice(0, lengths.get(id) ?? shortest);
}

function sharedLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
