import type { Context } from 'hono';
import type { ConsoleEnv } from '../console-env.js';
import type { Frame } from './frame.js';

/** The answer to a form that does not carry the token of the session: nothing was done, and how to go on. */
export function staleForm(c: Context<ConsoleEnv>, frame: Frame) {
  return c.html(
    frame.page(c, {
      title: 'Nothing was done',
      children: (
        <p>
          This form was too long, or comes from before you signed in. Open the page again, and press the
          button once more.
        </p>
      ),
    }),
    403,
  );
}
