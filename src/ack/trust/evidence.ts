/** What shows, or does not show, that a mail was sent by the address in its From. */
export interface Evidence {
  /** `later`: it cannot be told now, since a DNS server does not answer. */
  readonly verdict: 'pass' | 'fail' | 'later';
  /** What was found, in plain words: `dmarc=pass (microsoft365)`. */
  readonly text: string;
  /** For `fail`: what an administrator may do about it, where it is not plain; a whole sentence. */
  readonly advice?: string;
}
