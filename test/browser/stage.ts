import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { type PluginInstance, register } from '../../src/index.js';
import { startChromium } from '../helpers/chromium.js';
import { type Lab, startLab } from '../helpers/lab.js';
import { consoleLink } from '../helpers/open-console.js';
import { createTestHost, type TestHost } from '../helpers/test-host.js';

const limitMs = 15_000;

/** Ackmail with the servers of a lab, and Chromium in front of it. */
export interface Stage {
  readonly lab: Lab;
  readonly host: TestHost;
  /** Where the console is, without a slash at its end. */
  readonly origin: string;
  plugin(): PluginInstance;
  /** Ends Ackmail. */
  stop(): Promise<void>;
  /** Starts Ackmail, again after `stop`. */
  start(): Promise<void>;
  /** A browser with no cookies, and a page in it. What a page complains of (scripts, CSP) is kept for `end`. */
  visit(options?: BrowserContextOptions): Promise<Page>;
  /** The same, and somebody has signed in by the link of `ackmail console`. */
  signedIn(options?: BrowserContextOptions, name?: string): Promise<Page>;
  /** Ends everything, and throws what pages complained of. */
  end(): Promise<void>;
}

/**
 * Starts it all; `settings` are put over those of the lab. A browser that is given is one that several stages share, and
 * is not ended with them.
 */
export async function startStage(
  settings: Readonly<Record<string, unknown>> = {},
  shared?: Browser,
): Promise<Stage> {
  const lab = await startLab();
  const host = await createTestHost(lab.settings(settings));
  const browser = shared ?? (await startChromium());
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  let plugin: PluginInstance | undefined;
  const running = () => {
    if (!plugin) throw new Error('Ackmail does not run.');
    return plugin;
  };
  const stage: Stage = {
    ...{ lab, host, plugin: running },
    origin: `http://127.0.0.1:${lab.port}`,
    async start() {
      plugin = await register(host);
      await plugin.start();
    },
    async stop() {
      await plugin?.stop();
      plugin = undefined;
    },
    async visit(options = {}) {
      const context = await browser.newContext({ timezoneId: 'UTC', ...options });
      contexts.push(context);
      context.setDefaultTimeout(limitMs);
      context.on('weberror', (error) => void complaints.push(String(error.error())));
      context.on('console', (message) => {
        const text = message.text();
        const ours = message.location().url.startsWith(stage.origin) || /Content.Security/i.test(text);
        // A page that is answered with 4xx is a complaint of its own, which the stories look at.
        if (message.type() === 'error' && ours && !/status of (4|503)/.test(text)) complaints.push(text);
      });
      return context.newPage();
    },
    async signedIn(options, name = 'anna@example.com') {
      const page = await stage.visit(options);
      await page.goto(await consoleLink(host.dataDir, name));
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`${stage.origin}/accounts`);
      return page;
    },
    async end() {
      for (const context of contexts) await context.close();
      if (!shared) await browser.close();
      await stage.stop();
      await host.remove();
      await lab.close();
      if (complaints.length > 0) throw new Error(`The pages complain:\n${complaints.join('\n')}`);
    },
  };
  await stage.start();
  return stage;
}
