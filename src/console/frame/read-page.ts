/** Which page of a list a query asks for, counted from 1; the first where it says nothing that makes sense. */
export function readPage(text: string | undefined): number {
  const page = Number(text ?? 1);
  return Number.isInteger(page) && page >= 1 && page <= 1_000_000 ? page : 1;
}
