import { blockBar } from '../../core/block-bar.js';
import { formatTime } from '../../core/format-time.js';
import type { ReportCell, ReportSection, ReportTable } from '../../core/report-section.js';
import type { StatusReport } from '../../core/status-report.js';
import { escapeHtml } from '../escape-html.js';
import { renderReportHeader } from '../report-header.js';
import { plainWords } from './plain-words.js';
import { reportSections } from './report-sections.js';

const barLength = 8;

// No colour of text or background is set, so that the mail client's own light, dark and print apply; what has a colour
// can be told from both.
const style = {
  body: 'margin:0;padding:0;',
  frame: 'max-width:40em;margin:0 auto;padding:12px;font:15px/1.45 Arial,Helvetica,sans-serif;',
  h1: 'font-size:20px;line-height:1.25;margin:0 0 4px;',
  h2: 'font-size:16px;line-height:1.3;margin:24px 0 6px;',
  trouble: 'border-left:5px solid #c4423a;padding:0 0 0 12px;margin:16px 0;overflow-wrap:anywhere;',
  fine: 'border-left:5px solid #3a8f55;padding:0 0 0 12px;margin:16px 0;',
  wide: 'overflow-x:auto;',
  table: 'border-collapse:collapse;width:100%;font-size:13px;line-height:1.35;',
  caption: 'display:none;',
  cell: 'text-align:left;vertical-align:top;padding:4px 6px 4px 0;border-bottom:1px solid #8c959f;',
  number: 'text-align:right;vertical-align:top;padding:4px 6px 4px 0;border-bottom:1px solid #8c959f;',
  // What a row is about may be one long word; it gives way, but not letter by letter.
  name: 'font-weight:normal;overflow-wrap:anywhere;min-width:5.5em;',
  bar: 'color:#3f7fc4;white-space:nowrap;font-size:9px;',
} as const;

/**
 * A report as a whole HTML document for a mail: tables and inline styles, no script, no image, nothing that is loaded,
 * bars of characters with their numbers beside them. Everything from outside is escaped.
 */
export function reportHtml(report: StatusReport): string {
  const { from, to, timeZone, systemErrors, version } = report;
  const header = renderReportHeader(systemErrors, timeZone).html;
  const span = `${formatTime(from, timeZone)} - ${formatTime(to, timeZone)}`;
  return [
    '<!DOCTYPE html>',
    '<html lang="en" dir="ltr">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="supported-color-schemes" content="light dark">',
    `<title>Ackmail report, ${escapeHtml(span)}</title>`,
    '</head>',
    `<body style="${style.body}">`,
    `<div role="main" style="${style.frame}">`,
    `<h1 style="${style.h1}">Ackmail report</h1>`,
    `<p style="margin:0;">${escapeHtml(span)}</p>`,
    header === ''
      ? `<p style="${style.fine}">No system error stands.</p>`
      : `<div style="${style.trouble}">\n${header}\n</div>`,
    ...reportSections(report).flatMap(sectionHtml),
    `<p style="margin:24px 0 0;font-size:12px;">Ackmail ${escapeHtml(version)}</p>`,
    '</div>',
    '</body>',
    '</html>\n',
  ].join('\n');
}

function sectionHtml({ title, sentences, table, foot }: ReportSection): readonly string[] {
  return [
    `<h2 style="${style.h2}">${said(title)}</h2>`,
    ...sentences.map((sentence) => `<p style="margin:0 0 6px;overflow-wrap:anywhere;">${said(sentence)}</p>`),
    ...(table ? tableHtml(table) : []),
    ...(foot === undefined ? [] : [`<p style="margin:6px 0 0;font-size:12px;">${said(foot)}</p>`]),
  ];
}

function tableHtml({ caption, columns, rows }: ReportTable): readonly string[] {
  const styleOf = (column: number) => (columns[column]?.numbers ? style.number : style.cell);
  const cells = (row: readonly ReportCell[]) =>
    row.map((cell, column) =>
      column === 0
        ? `<th scope="row" style="${styleOf(column)}${style.name}">${cellHtml(cell)}</th>`
        : `<td style="${styleOf(column)}">${cellHtml(cell)}</td>`,
    );
  const titles = columns.map(
    ({ title }, column) =>
      // The one long title may break on a phone.
      `<th scope="col" style="${styleOf(column)}">${said(title).replace('Acknow', 'Acknow&shy;')}</th>`,
  );
  return [
    `<div style="${style.wide}" role="region" aria-label="${said(caption)}" tabindex="0">`,
    `<table style="${style.table}">`,
    `<caption style="${style.caption}">${said(caption)}</caption>`,
    `<thead><tr>${titles.join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map((row) => `<tr>${cells(row).join('')}</tr>`),
    '</tbody>',
    '</table>',
    '</div>',
  ];
}

function cellHtml(cell: ReportCell): string {
  if (typeof cell === 'string') return said(cell);
  const bar = blockBar(cell.share, barLength);
  return bar === ''
    ? said(cell.text)
    : `<span aria-hidden="true" style="${style.bar}">${bar}</span> ${said(cell.text)}`;
}

function said(text: string): string {
  return escapeHtml(plainWords(text));
}
