import type { Action } from '../core/action.js';
import type { ComposedMail } from '../core/mail.js';

/** Makes what finds, of each action that mailed of any of some alerts, the first mail about the first of them. */
export function threadsOf(actions: readonly Action[]) {
  return async (alertIds: readonly string[]): Promise<readonly ComposedMail[]> => {
    const found = await Promise.all(
      actions.map(async (action) => {
        for (const id of alertIds) {
          const mail = await action.thread?.(id);
          if (mail) return [mail];
        }
        return [];
      }),
    );
    return found.flat();
  };
}
