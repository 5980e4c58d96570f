import { Hono } from 'hono';
import type { ReportFormat, ReportSpan } from '../../core/status-report.js';

/** Makes a report of a span in one of its forms. */
export type RenderReport = (span: ReportSpan, format: ReportFormat) => Promise<string>;

const types: Readonly<Record<ReportFormat, string>> = {
  text: 'text/plain; charset=utf-8',
  html: 'text/html; charset=utf-8',
  json: 'application/json',
};

/** The control route of the status report: `GET /report?from=DATE&to=DATE&format=text|html|json`. */
export function reportControl(render: RenderReport): Hono {
  const app = new Hono();
  app.get('/report', async (c) => {
    const [from, to] = [new Date(c.req.query('from') ?? ''), new Date(c.req.query('to') ?? '')];
    const format = c.req.query('format') ?? 'text';
    if (!(from <= to)) return c.json({ error: 'From when until when?' }, 400);
    if (!isFormat(format)) return c.json({ error: 'format is one of text, html, json.' }, 400);
    return c.body(await render({ from, to }, format), 200, { 'content-type': types[format] });
  });
  return app;
}

function isFormat(text: string): text is ReportFormat {
  return Object.hasOwn(types, text);
}
