import type { Action } from '../core/action.js';
import type { AlertThread } from '../core/mail.js';

/** Makes what finds, of each action that mailed of any of some alerts, the first mail about the first of them. */
export function threadsOf(actions: readonly Action[]) {
  return async (alertIds: readonly string[]): Promise<readonly AlertThread[]> => {
    const found = await Promise.all(
      actions.map(async (action) => {
        let first: AlertThread['mail'] | undefined;
        const told: string[] = [];
        for (const id of alertIds) {
          const mail = await action.thread?.(id);
          if (!mail) continue;
          first ??= mail;
          told.push(id);
        }
        return first ? [{ mail: first, alertIds: told }] : [];
      }),
    );
    return found.flat();
  };
}
