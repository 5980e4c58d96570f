import { Fault } from '../core/fault.js';
import { page } from './page.js';

/** What went wrong and how to begin again, as far as that is known. */
export interface Failure {
  readonly title: string;
  readonly thrown: unknown;
  readonly restart?: { readonly account?: string; readonly url?: string };
}

/** The page after a failure: what happened, what to do, and the way back to the beginning. */
export function failurePage({ title, thrown, restart }: Failure) {
  const fault = thrown instanceof Fault ? thrown : undefined;
  return page({
    title,
    tone: 'bad',
    children: (
      <>
        <p>{fault?.message ?? 'The request could not be answered.'}</p>
        <p>{fault?.remedy ?? 'Try again; if it lasts, look at the log of Ackmail.'}</p>
        {restart && (
          <p>
            {restart.url ? (
              <a class="button" href={restart.url}>
                Start again
              </a>
            ) : (
              <>
                To start again: <code>ackmail authorize {restart.account ?? 'ACCOUNT'}</code>
              </>
            )}
          </p>
        )}
      </>
    ),
  });
}
