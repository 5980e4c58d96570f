import { freePort } from './free-port.js';
import { type ConsoleVisit, openConsole } from './open-console.js';
import { type Story, startStory } from './story.js';

/** A story with somebody at the console. */
export interface ConsoleStory extends Story {
  /** Who is signed in as `anna@example.com`. */
  readonly visit: ConsoleVisit;
  /** The text of a page, which is there. */
  page(path: string): Promise<string>;
  /** Sends the form of a page, with what was filled in; fields that stand in the page are sent as they are. */
  submit(path: string, to: string, filled: readonly (readonly [string, string])[]): Promise<Response>;
}

/** Begins a story with the console open. */
export async function startConsoleStory(
  settings: Parameters<typeof startStory>[0],
  ...more: [time?: string, smtpSettings?: object]
): Promise<ConsoleStory> {
  const http = { listen: `127.0.0.1:${await freePort()}` };
  const story = await startStory({ http, ...settings }, ...more);
  const visit = await openConsole(story.host.dataDir, 'anna@example.com');
  const page = async (path: string) => {
    const answer = await visit.get(path);
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}: ${text}`);
    return text;
  };
  return {
    ...story,
    visit,
    page,
    async submit(path, to, filled) {
      const text = await page(path);
      const hidden = [...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
      const [form] = text.split(`action="${to}"`).slice(1);
      if (form === undefined) throw new Error(`${path} has no form that goes to ${to}.`);
      const own = hidden.filter(([field]) => form.split('</form>', 1)[0]?.includes(field));
      const fields = own.map(([, name = '', value = '']): [string, string] => [name, value]);
      const body = new URLSearchParams([
        ...fields,
        ...filled.map(([name, value]): [string, string] => [name, value]),
      ]);
      return visit.get(to, { method: 'POST', body });
    },
  };
}
