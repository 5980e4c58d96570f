/** One value of a metric. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Metrics as a scrape finds them. */
export interface Exposition {
  readonly types: ReadonlyMap<string, string>;
  readonly helps: ReadonlyMap<string, string>;
  readonly series: readonly Series[];
}

/** Reads the text format of Prometheus 0.0.4; throws where a line is none of it. */
export function readExposition(text: string): Exposition {
  const types = new Map<string, string>();
  const helps = new Map<string, string>();
  const series: Series[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, what, about = '', rest = ''] = /^# (TYPE|HELP) (\w+) (.*)$/.exec(line) ?? [];
    if (what !== undefined) {
      (what === 'TYPE' ? types : helps).set(about, rest);
      continue;
    }
    const found = /^(\w+)(?:\{((?:\w+="(?:[^"\\]|\\.)*",?)*)\})? (-?[\d.e+-]+|[+-]Inf|NaN)$/.exec(line);
    if (!found) throw new Error(`Not a line of metrics: ${line}`);
    const [, name = '', labels = '', value = ''] = found;
    series.push({ name, labels: readLabels(labels), value: Number(value.replace('Inf', 'Infinity')) });
  }
  return { types, helps, series };
}

function readLabels(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  const plain = (value: string) => value.replace(/\\(.)/g, (_, sign) => (sign === 'n' ? '\n' : sign));
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, plain(value)]));
}
