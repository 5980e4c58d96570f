import { randomBytes } from 'node:crypto';

/** Links that sign one person in, once. */
export interface OneTimeLinks {
  /** Makes a ticket, good for ten minutes. */
  mint(name: string): string;
  /** Whom a ticket signs in, for as long as it is good. */
  find(ticket: string): string | undefined;
  /** Takes a ticket, which is good for nothing any more; answers whom it signs in. */
  take(ticket: string): string | undefined;
}

const lifeMs = 10 * 60_000;
const mostTickets = 100;

/** Makes the list of tickets, in memory. */
export function createOneTimeLinks(now: () => Date): OneTimeLinks {
  const tickets = new Map<string, { readonly name: string; readonly endsAt: Date }>();
  const find = (ticket: string) => {
    const found = tickets.get(ticket);
    return found && found.endsAt > now() ? found.name : undefined;
  };
  return {
    mint(name) {
      const ticket = randomBytes(32).toString('base64url');
      tickets.set(ticket, { name, endsAt: new Date(now().getTime() + lifeMs) });
      const [oldest] = tickets.keys();
      if (tickets.size > mostTickets && oldest !== undefined) tickets.delete(oldest);
      return ticket;
    },
    find,
    take(ticket) {
      const name = find(ticket);
      tickets.delete(ticket);
      return name;
    },
  };
}
