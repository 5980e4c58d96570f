/** Rows of numbers, all of the same length, in as little memory as they need: a history has a hundred thousand. */
export interface NumberRows {
  readonly count: number;
  /** Adds a row; answers its index. */
  add(...numbers: readonly number[]): number;
  get(row: number, column: number): number;
  set(row: number, column: number, value: number): void;
}

/** Makes an empty table of `width` columns. */
export function createNumberRows(width: number): NumberRows {
  let numbers = new Float64Array(width * 16);
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(...row) {
      if ((count + 1) * width > numbers.length) {
        const longer = new Float64Array(numbers.length * 2);
        longer.set(numbers);
        numbers = longer;
      }
      numbers.set(row, count * width);
      count += 1;
      return count - 1;
    },
    get: (row, column) => numbers[row * width + column] ?? Number.NaN,
    set(row, column, value) {
      numbers[row * width + column] = value;
    },
  };
}
