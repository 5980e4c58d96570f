import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Liquid, type Template } from 'liquidjs';
import type { Fault } from '../../core/fault.js';
import { plainLine } from './plain-text.js';
import { templateFault } from './template-fault.js';

/** The texts of a mail. */
export interface MailTexts {
  /** One line, at most 250 characters. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What the views of all kinds of mails have. */
interface AnyView {
  readonly state: string;
}

/** The Liquid templates of an email action, for mails of one kind. */
export interface Templates<View extends AnyView> {
  /** Renders the three texts; what an alert says is only ever a value in them, never a template. */
  render(view: View): Promise<MailTexts>;
}

/** Where a user's templates are, and who is told what is wrong with them. */
export interface TemplatesSetup {
  /** What the names of the files begin with; nothing for mails about one alert. */
  readonly prefix?: string;
  /** The folder with the user's templates; absent for the built-in ones alone. */
  readonly folder?: string | undefined;
  /** Told once of each template of the user's that does not work: CONFIG_TEMPLATE. */
  readonly onTrouble: (fault: Fault) => Promise<void>;
}

type Part = keyof MailTexts;
type Render = (view: AnyView) => Promise<string>;

/** The same from src/ and from dist/. */
const builtInFolder = fileURLToPath(new URL('../../../templates', import.meta.url));

/**
 * Opens the templates: the built-in ones, and in their place those of a user's `folder` that are there.
 *
 * They are read and parsed once, when first used. In html.liquid every value is escaped; a value is left as it
 * is by `| raw`. A template of the user's that cannot be read, parsed or rendered is told, and from then on the
 * built-in one is used in its place: one that never ends costs its time limit once, and not for every alert.
 */
export function openTemplates<View extends AnyView>(setup: TemplatesSetup): Templates<View> {
  let opened: Promise<Readonly<Record<Part, Render>>> | undefined;
  return {
    async render(view) {
      // What failed once (too many open files) is tried again, or no mail would ever leave.
      opened ??= openAll(setup).catch((thrown: unknown) => {
        opened = undefined;
        throw thrown;
      });
      const { subject, text, html } = await opened;
      return {
        subject: plainLine(await subject(view), 250),
        text: await text(view),
        html: await html(view),
      };
    },
  };
}

async function openAll(setup: TemplatesSetup) {
  const { prefix, folder, onTrouble } = setup;
  const options = {
    root: folder === undefined ? [builtInFolder] : [folder, builtInFolder],
    extname: '.liquid',
    strictFilters: true,
    ownPropertyOnly: true,
    // An endless loop in a template must not stop the alerts.
    renderLimit: 1_000,
    memoryLimit: 10_000_000,
  };
  // Told once, and not for each kind of mail.
  if (folder !== undefined && prefix === undefined)
    await readdir(folder).catch((thrown: unknown) => onTrouble(templateFault(folder, thrown)));
  const plain = new Liquid(options);
  const escaping = new Liquid({ ...options, outputEscape: 'escape' });
  const [subject, text, html] = await Promise.all([
    open('subject', plain, setup),
    open('text', plain, setup),
    open('html', escaping, setup),
  ]);
  return { subject, text, html };
}

async function open(
  part: Part,
  engine: Liquid,
  { prefix = '', folder, onTrouble }: TemplatesSetup,
): Promise<Render> {
  const renderer = (template: Template[]) => (view: AnyView) => String(engine.renderSync(template, view));
  const builtIn = renderer(
    engine.parse(await readFile(join(builtInFolder, `${prefix}${part}.liquid`), 'utf8')),
  );
  let own: ReturnType<typeof renderer> | undefined;

  const file = folder === undefined ? undefined : join(folder, `${prefix}${part}.liquid`);
  const giveUp = async (thrown: unknown) => {
    own = undefined;
    if (file !== undefined) await onTrouble(templateFault(file, thrown));
  };
  try {
    if (file !== undefined) own = renderer(engine.parse(await readFile(file, 'utf8'), file));
  } catch (thrown) {
    if (!isMissing(thrown)) await giveUp(thrown);
  }
  return async (view) => {
    if (own === undefined) return builtIn(view);
    try {
      const rendered = own(view);
      if (rendered.trim() !== '') return rendered;
      await giveUp(`it renders to nothing for an alert that is ${view.state}`);
    } catch (thrown) {
      await giveUp(thrown);
    }
    return builtIn(view);
  };
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}
