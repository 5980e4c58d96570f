/** What in a line shows that it tells of a mail: who wrote it, and when. In any language, by shape alone. */
export interface Evidence {
  /** A mail address. */
  readonly address: boolean;
  /** A year, or a date in digits. */
  readonly date: boolean;
  /** A time of day. */
  readonly time: boolean;
}

const longest = 1_000;
const address = /[^\s<>@"'(),;:[\]]{1,64}@[^\s<>@"'(),;:[\]]{1,250}/u;
const date =
  /(?<!\p{Nd})(?:\p{Nd}{4}(?!\p{Nd})|\p{Nd}{1,4}([./-])\p{Nd}{1,2}\1\p{Nd}{1,4}|\p{Nd}{1,2}\s?月\s?\p{Nd}{1,2})/u;
const time = /(?<!\p{Nd})\p{Nd}{1,2}\s?[:：.h時时시]\s?\p{Nd}{2}(?!\p{Nd})/u;

/** Looks for evidence in a line, or in several that were joined. */
export function evidenceOf(text: string): Evidence {
  const part = text.slice(0, longest);
  return { address: address.test(part), date: date.test(part), time: time.test(part) };
}
