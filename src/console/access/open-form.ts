import type { Context } from 'hono';
import type { ConsoleEnv } from '../console-env.js';
import { readBody } from '../read-body.js';

const longestForm = 65_536;

/** Reads a form that any page may have sent; undefined when it is longer than 64 kB. */
export async function openForm(c: Context<ConsoleEnv>): Promise<URLSearchParams | undefined> {
  const body = await readBody(c.req.raw, longestForm);
  return body && new URLSearchParams(new TextDecoder().decode(body));
}
