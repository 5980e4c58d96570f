import type { Alert } from '../../core/alert.js';
import type { KnownOwner } from '../../core/alert-desk.js';

/** Where a form keeps who had an alert when its page was drawn. */
export const ownerField = {
  /** Nothing where nobody has it. */
  Field({ alert: { id, status, owner } }: { readonly alert: Alert }) {
    if (status !== 'acknowledged' || !owner) return null;
    return <input type="hidden" name="owner" value={`${id} ${owner.at.getTime()}`} />;
  },

  /** Undefined where no page of ours wrote it. */
  read(value: string): KnownOwner | undefined {
    const [, alertId, at] = /^(\w{1,64}) (\d{1,15})$/.exec(value) ?? [];
    return alertId === undefined || at === undefined ? undefined : { alertId, at: new Date(Number(at)) };
  },
};
