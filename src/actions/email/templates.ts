import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Liquid, type Template } from 'liquidjs';
import { describe } from '../../core/fault.js';
import type { Log } from '../../core/host.js';
import type { MailView } from './mail-view.js';

/** The texts of a mail. */
export interface MailTexts {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The Liquid templates of an email action. */
export interface Templates {
  /** Renders the three texts; what an alert says is only ever a value in them, never a template. */
  render(view: MailView): Promise<MailTexts>;
}

type Part = keyof MailTexts;
type Render = (view: MailView) => string;

/** The same from src/ and from dist/. */
const builtInFolder = fileURLToPath(new URL('../../../templates', import.meta.url));

/**
 * Opens the templates: the built-in ones, and in their place those of a user's `folder` that are there.
 *
 * They are read and parsed once, when first used. In html.liquid every value is escaped; a value is left as it
 * is by `| raw`. A template of the user's that cannot be read, parsed or rendered is replaced by the built-in
 * one, and the log has a warning.
 */
export function openTemplates(deps: { readonly folder?: string | undefined; readonly log: Log }): Templates {
  let opened: Promise<Readonly<Record<Part, Render>>> | undefined;
  return {
    async render(view) {
      // What failed once (too many open files) is tried again, or no mail would ever leave.
      opened ??= openAll(deps).catch((thrown: unknown) => {
        opened = undefined;
        throw thrown;
      });
      const { subject, text, html } = await opened;
      return { subject: subject(view), text: text(view), html: html(view) };
    },
  };
}

async function openAll(deps: {
  readonly folder?: string | undefined;
  readonly log: Log;
}): Promise<Readonly<Record<Part, Render>>> {
  const options = {
    root: deps.folder === undefined ? [builtInFolder] : [deps.folder, builtInFolder],
    extname: '.liquid',
    strictFilters: true,
    ownPropertyOnly: true,
    // An endless loop in a template must not stop the alerts.
    renderLimit: 1_000,
    memoryLimit: 10_000_000,
  };
  if (deps.folder !== undefined)
    await readdir(deps.folder).catch((thrown: unknown) =>
      deps.log.warn(
        { folder: deps.folder, detail: describe(thrown) },
        'The folder of the mail templates cannot be read; the built-in ones are used.',
      ),
    );
  const plain = new Liquid(options);
  const escaping = new Liquid({ ...options, outputEscape: 'escape' });
  const [subject, text, html] = await Promise.all([
    open('subject', plain, deps),
    open('text', plain, deps),
    open('html', escaping, deps),
  ]);
  return { subject, text, html };
}

async function open(
  part: Part,
  engine: Liquid,
  { folder, log }: { readonly folder?: string | undefined; readonly log: Log },
): Promise<Render> {
  const renderer =
    (template: Template[]): Render =>
    (view) =>
      String(engine.renderSync(template, view));
  const builtIn = renderer(engine.parse(await readFile(join(builtInFolder, `${part}.liquid`), 'utf8')));
  if (folder === undefined) return builtIn;

  const file = join(folder, `${part}.liquid`);
  const warn = (thrown: unknown) =>
    log.warn({ file, detail: describe(thrown) }, 'A mail template does not work; the built-in one is used.');
  const source = await readFile(file, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'ENOENT') warn(thrown);
    return undefined;
  });
  if (source === undefined) return builtIn;
  try {
    const own = renderer(engine.parse(source));
    return (view) => {
      try {
        const rendered = own(view);
        if (rendered.trim() !== '') return rendered;
        warn('it renders to nothing');
      } catch (thrown) {
        warn(thrown);
      }
      return builtIn(view);
    };
  } catch (thrown) {
    warn(thrown);
    return builtIn;
  }
}
