import { DomUtils, parseDocument } from 'htmlparser2';
import { openConsole } from '../../test/helpers/open-console.js';

/** Somebody at the console, with a browser that runs no script. */
export interface Operator {
  readonly name: string;
  /** What a page says. */
  read(path: string): Promise<string>;
  /** Where a link of a page leads. Throws when there is none. */
  linkOf(path: string, name: string): Promise<string>;
  /** Fills in the form of a page that is sent to `action`, presses a button, and reads what comes. */
  press(path: string, action: string, fields?: Readonly<Record<string, string>>): Promise<string>;
}

/** Lets somebody in at the console of the Ackmail that owns a data directory, as `ackmail console` does. */
export async function openOperator(dataDir: string, name: string): Promise<Operator> {
  const visit = await openConsole(dataDir, name);
  const open = async (path: string) => (await follow(await visit.get(path))).text();
  const follow = async (answer: Response): Promise<Response> => {
    const next = answer.headers.get('location');
    if (answer.status === 303 && next) return follow(await visit.get(next.replace(visit.origin, '')));
    if (answer.status !== 200) throw new Error(`The console answers ${answer.status}.`);
    return answer;
  };
  return {
    name,
    read: async (path) => textOf(await open(path)),
    async linkOf(path, text) {
      const links = DomUtils.getElementsByTagName('a', parseDocument(await open(path)));
      const found = links.find((each) => DomUtils.textContent(each).trim() === text);
      if (!found) throw new Error(`The page ${path} has no link "${text}".`);
      return found.attribs['href'] ?? '';
    },
    async press(path, action, fields = {}) {
      const forms = DomUtils.getElementsByTagName('form', parseDocument(await open(path)));
      const form = forms.find(({ attribs }) => attribs['action'] === action);
      if (!form) throw new Error(`The page ${path} has no form for ${action}.`);
      const body = new URLSearchParams();
      for (const { attribs } of DomUtils.getElementsByTagName('input', form))
        if (attribs['type'] === 'hidden') body.set(attribs['name'] ?? '', attribs['value'] ?? '');
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      return textOf(await (await follow(await visit.get(action, { method: 'POST', body }))).text());
    },
  };
}

/** The words of the main part of a page. */
function textOf(page: string): string {
  const [main] = DomUtils.getElementsByTagName('main', parseDocument(page));
  const texts = main ? DomUtils.filter(({ type }) => type === 'text', main) : [];
  const words = texts.map((each) => DomUtils.textContent(each)).join(' ');
  return words
    .replace(/\s+/g, ' ')
    .replace(/ (?=[.,;:])/g, '')
    .trim();
}
