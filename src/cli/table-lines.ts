/** A table to be shown to a person. */
export interface Table {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How many columns the screen has; absent where nothing is to be cut. */
  readonly width?: number | undefined;
  /** Titles of columns with numbers, which stand at the right. */
  readonly numbers?: readonly string[];
  /** Titles of columns that are left out, the last first, where the screen has no room for them. */
  readonly spare?: readonly string[];
  /** Marks a cell that has got its width, where something of it is to be seen at once. */
  readonly mark?: (padded: string, title: string, cell: string) => string;
}

const narrowest = 3;
/** A column that is cut below this says too little. */
const telling = 12;
const between = '  ';

interface Column {
  readonly title: string;
  readonly cells: readonly string[];
}

/**
 * A table as lines: the titles, then a line for each row, columns two blanks apart. Columns that are empty in every row
 * are left out. Where it is too wide for the screen, the widest columns are cut, each cell with an ellipsis at its end.
 */
export function tableLines({
  titles,
  rows,
  width = Number.POSITIVE_INFINITY,
  numbers = [],
  spare = [],
  mark = (text) => text,
}: Table): string[] {
  let columns: readonly Column[] = titles.flatMap((title, column) => {
    const cells = rows.map((row) => row[column] ?? '');
    return cells.some((cell) => cell !== '') ? [{ title, cells }] : [];
  });
  for (const title of [...spare].reverse())
    if (sum(columns.map((column) => Math.min(widthOf(column), telling))) > width)
      columns = columns.filter((column) => column.title !== title);
  const widths = columns.map(widthOf);
  while (sum(widths) > width) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  const fit = (text: string, column: number) => {
    const room = widths[column] ?? 0;
    const characters = [...text];
    const shown = characters.length > room ? `${characters.slice(0, room - 1).join('')}…` : text;
    const blanks = ' '.repeat(room - [...shown].length);
    if (numbers.includes(columns[column]?.title ?? '')) return blanks + shown;
    return column === columns.length - 1 ? shown : shown + blanks;
  };
  const head = columns.map(({ title }, column) => fit(title, column));
  const body = rows.map((_, row) =>
    columns.map(({ title, cells }, column) => {
      const cell = cells[row] ?? '';
      return mark(fit(cell, column), title, cell);
    }),
  );
  return [head, ...body].map((cells) => cells.join(between).trimEnd());
}

function widthOf({ title, cells }: Column): number {
  return Math.max(...[title, ...cells].map((text) => [...text].length));
}

/** What columns of these widths take together, with what is between them. */
function sum(widths: readonly number[]): number {
  return widths.reduce((total, each) => total + each, between.length * (widths.length - 1));
}
