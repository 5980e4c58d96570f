import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Clock } from '../../core/clock.js';
import { describe, Fault } from '../../core/fault.js';
import type { TestStep } from '../../core/server-test.js';
import { webAddress } from '../frame/web-address.js';
import { withPauses } from '../frame/with-pauses.js';
import { StepItem } from './step-item.js';

/** What a run of steps came to. */
export interface StepsOutcome {
  readonly failed: number;
  /** Where a person signs in, where a step found that missing; what would have come behind it was not tried. */
  readonly signInAt?: string;
}

/**
 * Shows steps as they happen, as pieces of a page, and ends its list whatever happens. With `halts` it ends at the first
 * step that a sign-in is missing for. A step may take minutes.
 */
export async function* showSteps(
  steps: () => AsyncIterable<TestStep>,
  halts: boolean,
  clock: Pick<Clock, 'now' | 'until'>,
): AsyncGenerator<HtmlEscapedString, StepsOutcome> {
  let failed = 0;
  let signInAt: string | undefined;
  yield html`<ol class="steps">`;
  try {
    for await (const step of withPauses(steps(), clock)) {
      if (!step) {
        yield html`\n`;
        continue;
      }
      yield html`${<StepItem step={step} />}`;
      if (!step.ok) failed += 1;
      if (halts) signInAt = webAddress(step.authorizationUrl);
      if (signInAt !== undefined) break;
    }
  } catch (thrown) {
    failed += 1;
    yield html`${<Broken thrown={thrown} />}`;
  }
  yield html`</ol>`;
  return { failed, ...(signInAt === undefined ? {} : { signInAt }) };
}

function Broken({ thrown }: { readonly thrown: unknown }) {
  return (
    <li>
      <span class="badge bad">✗ The test ended</span>
      <div>{thrown instanceof Fault ? thrown.message : describe(thrown)}</div>
      <div>
        {thrown instanceof Fault ? thrown.remedy : 'Try again; if it lasts, look at the log of Ackmail.'}
      </div>
    </li>
  );
}
