import { blockBar } from '../../core/block-bar.js';
import { formatTime } from '../../core/format-time.js';
import type { ReportCell, ReportSection, ReportTable } from '../../core/report-section.js';
import type { ReportSpan } from '../../core/status-report.js';

/** What the page of the report shows. */
export interface ReportShown extends ReportSpan {
  readonly sections: readonly ReportSection[];
  /** How many days it is of, and of how many it may be. */
  readonly days: number;
  readonly choices: readonly number[];
  readonly timeZone: string;
  readonly base: string;
}

const barLength = 10;
/** The one long word of the titles, with a soft hyphen where a phone may break it. */
const acknowledged = 'Acknow\u00adledged';

/** The report as tables, each with its caption, and the links to the other spans. */
export function ReportView({ sections, from, to, days, choices, timeZone, base }: ReportShown) {
  return (
    <>
      <nav aria-label="Span of the report">
        <p>
          {choices.map((choice) => (
            <>
              <a
                class="button"
                href={`${base}/report?days=${choice}`}
                aria-current={choice === days ? 'page' : undefined}
              >
                {choice === 1 ? '1 day' : `${choice} days`}
              </a>{' '}
            </>
          ))}
        </p>
      </nav>
      <p class="soft">
        <time datetime={from.toISOString()}>{formatTime(from, timeZone)}</time> to{' '}
        <time datetime={to.toISOString()}>{formatTime(to, timeZone)}</time>
      </p>
      {sections.map((section) => (
        <Section {...section} />
      ))}
    </>
  );
}

function Section({ title, sentences, table, foot }: ReportSection) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {sentences.map((sentence) => (
        <p>{sentence}</p>
      ))}
      {table && <Table {...table} />}
      {foot !== undefined && <p class="soft">{foot}</p>}
    </section>
  );
}

function Table({ caption, columns, rows }: ReportTable) {
  const classOf = (column: number) => (columns[column]?.numbers ? 'number' : undefined);
  return (
    <section class="table" aria-label={caption} tabindex={0}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title }, column) => (
              <th scope="col" class={classOf(column)}>
                {title.replace('Acknowledged', acknowledged)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((cell, column) =>
                column === 0 ? (
                  <th scope="row">
                    <Cell cell={cell} />
                  </th>
                ) : (
                  <td class={classOf(column)}>
                    <Cell cell={cell} />
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cell({ cell }: { readonly cell: ReportCell }) {
  if (typeof cell === 'string') return <>{cell}</>;
  return (
    <>
      <span class="bar" aria-hidden="true">
        {blockBar(cell.share, barLength)}
      </span>{' '}
      {cell.text}
    </>
  );
}
