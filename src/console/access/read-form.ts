import { timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import type { ConsoleEnv } from '../console-env.js';
import { readBody } from '../read-body.js';

const longestForm = 65_536;

/**
 * Reads a form that a page of ours sent. Undefined where it is too long, or does not carry the token of the session:
 * then somebody else's page sent it, and nothing may be done.
 */
export async function readForm(c: Context<ConsoleEnv>): Promise<URLSearchParams | undefined> {
  const body = await readBody(c.req.raw, longestForm);
  if (!body) return undefined;
  const form = new URLSearchParams(new TextDecoder().decode(body));
  const given = Buffer.from(form.get('token') ?? '');
  const wanted = Buffer.from(c.var.visitor.formToken);
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? form : undefined;
}
