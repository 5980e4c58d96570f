import { blockBar } from '../../core/block-bar.js';
import { formatTime } from '../../core/format-time.js';
import type { ReportCell, ReportSection, ReportTable } from '../../core/report-section.js';
import type { StatusReport } from '../../core/status-report.js';
import { renderReportHeader } from '../report-header.js';
import { plainWords } from './plain-words.js';
import { reportSections } from './report-sections.js';

const lineLength = 78;
const longestBar = 12;
const gap = '  ';
/** So much of a word is shown at least. */
const narrowest = 8;

/** A report for a terminal or a mail: lines of at most 78 columns, but for URLs and what stands on top. */
export function reportText(report: StatusReport): string {
  const { from, to, timeZone, systemErrors } = report;
  const header = renderReportHeader(systemErrors, timeZone).text.trimEnd();
  return [
    `Ackmail report\n${formatTime(from, timeZone)} - ${formatTime(to, timeZone)}`,
    header === '' ? 'No system error stands.' : header,
    ...reportSections(report).map(sectionText),
  ]
    .join('\n\n')
    .concat('\n');
}

function sectionText({ title, sentences, table, foot }: ReportSection): string {
  return [
    title.toUpperCase(),
    ...sentences.flatMap((sentence) => wrapped(plainWords(sentence))),
    ...(table ? tableText(table) : []),
    ...(foot === undefined ? [] : wrapped(plainWords(foot))),
  ].join('\n');
}

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > lineLength) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** The rows under their titles; the widest column of words gives way where they are too long. */
function tableText({ columns, rows }: ReportTable): readonly string[] {
  const titles = columns.map(({ title }) => title);
  const texts = [titles, ...rows.map((row) => row.map((cell) => plainWords(textOf(cell))))];
  const widths = columns.map((_, column) => Math.max(...texts.map((row) => widthOf(row[column] ?? ''))));
  const hasBar = columns.map((_, column) => rows.some((row) => typeof row[column] === 'object'));
  const length = () => widths.reduce((sum, width) => sum + width + gap.length, -gap.length);
  const bars = hasBar.filter(Boolean).length;
  for (let over = length() - lineLength; over > 0; over -= 1) {
    const widest = Math.max(...widths.filter((_, column) => !columns[column]?.numbers));
    if (widest > narrowest) widths[widths.indexOf(widest)] = widest - 1;
  }
  const barLength = Math.min(longestBar, Math.floor((lineLength - length()) / Math.max(1, bars)) - 1);
  return texts.map((row, index) =>
    columns
      .map(({ numbers }, column) => {
        const width = widths[column] ?? 0;
        const text = fitted(row[column] ?? '', width);
        const space = ' '.repeat(Math.max(0, width - widthOf(text)));
        const cell = numbers ? space + text : text + space;
        if (!hasBar[column] || barLength < 3) return cell;
        return `${cell} ${bar(index === 0 ? '' : rows[index - 1]?.[column], barLength)}`;
      })
      .join(gap)
      .trimEnd(),
  );
}

function textOf(cell: ReportCell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

function bar(cell: ReportCell | undefined, length: number): string {
  return blockBar(typeof cell === 'object' ? cell.share : 0, length).padEnd(length);
}

function fitted(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, width - 1).join('')}…`;
}

function widthOf(text: string): number {
  return [...text].length;
}
