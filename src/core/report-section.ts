/** A cell of a table: a text, or a text with a bar beside it whose length is a share (0 to 1) of the longest. */
export type ReportCell = string | { readonly text: string; readonly share: number };

/** A table of a report. */
export interface ReportTable {
  /** What it shows, for who does not see it. */
  readonly caption: string;
  /** `numbers` stand to the right. The first column names the row. */
  readonly columns: readonly { readonly title: string; readonly numbers?: boolean }[];
  readonly rows: readonly (readonly ReportCell[])[];
}

/** A part of a report, in words that every form of it shares; all of it is plain text from anywhere. */
export interface ReportSection {
  readonly title: string;
  /** Whole sentences, or nearly. */
  readonly sentences: readonly string[];
  readonly table?: ReportTable;
  /** What stands below the table. */
  readonly foot?: string;
}
