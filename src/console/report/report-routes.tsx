import { Hono } from 'hono';
import type { ConsoleDesk } from '../../core/console-desk.js';
import type { ConsoleEnv } from '../console-env.js';
import type { Frame } from '../frame/frame.js';
import { ReportView } from './report-view.js';

const dayMs = 86_400_000;
const choices = [1, 7, 30, 90] as const;

/** The page of the report: `/report?days=1|7|30|90`, by default 7. */
export function createReportRoutes({
  desk,
  frame,
}: {
  readonly desk: Pick<ConsoleDesk, 'report' | 'now' | 'timeZone'>;
  readonly frame: Frame;
}): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/report', async (c) => {
    const asked = Number(c.req.query('days') ?? 7);
    const days = choices.find((choice) => choice === asked) ?? 7;
    const to = desk.now();
    const from = new Date(to.getTime() - days * dayMs);
    const { sections } = await desk.report({ from, to });
    const { base } = frame;
    return c.html(
      frame.page(c, {
        title: 'Report',
        section: 'report',
        children: <ReportView {...{ sections, from, to, days, choices, base, timeZone: desk.timeZone }} />,
      }),
    );
  });
  return app;
}
