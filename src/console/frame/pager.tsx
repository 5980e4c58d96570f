/** Which part of a list a page shows. */
export interface PagerParts {
  /** Counted from 1. */
  readonly page: number;
  readonly perPage: number;
  /** How many there are in all. */
  readonly total: number;
  /** The address of another page of the list. */
  href(page: number): string;
}

/** Which part of a list one sees, and the links to the others; nothing where all of it is there. */
export function Pager({ page, perPage, total, href }: PagerParts) {
  const last = Math.ceil(total / perPage);
  if (last <= 1) return null;
  const first = (page - 1) * perPage + 1;
  const links = [
    ...(page > 1 ? [['First', 1] as const, ['Previous', page - 1] as const] : []),
    ...(page < last ? [['Next', page + 1] as const, ['Last', last] as const] : []),
  ];
  return (
    <nav class="pager" aria-label="Parts of the list">
      <span class="soft">
        {first} to {Math.min(total, page * perPage)} of {total}
      </span>
      {links.map(([name, to]) => (
        <a href={href(to)}>{name}</a>
      ))}
    </nav>
  );
}
