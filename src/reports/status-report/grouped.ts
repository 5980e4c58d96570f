/** A number as people read it: `1,012`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
