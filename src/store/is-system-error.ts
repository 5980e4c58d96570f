/** Whether what was thrown came from the operating system and not from our own reading of a file. */
export function isSystemError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'code' in thrown && 'syscall' in thrown;
}
