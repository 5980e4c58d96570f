import type { Context } from 'hono';
import type { ConsoleEnv } from '../console-env.js';

/**
 * The form that a page of ours sent. The sign-in has checked its token by then, and lets nothing through that is too
 * long or that another page sent; undefined where no form was sent at all.
 */
export async function readForm(c: Context<ConsoleEnv>): Promise<URLSearchParams | undefined> {
  return c.get('form');
}
