/** One session with a mail server: how long it took in milliseconds, and how many bytes came from there by TCP. */
export interface Session {
  readonly ms: number;
  readonly bytes: number;
}
