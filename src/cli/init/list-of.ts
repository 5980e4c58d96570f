/** The parts of a list that somebody typed, with commas, semicolons or spaces between them. */
export function listOf(typed: string): string[] {
  return typed.split(/[\s,;]+/).filter(Boolean);
}
