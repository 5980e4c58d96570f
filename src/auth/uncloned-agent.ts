import type { Agent } from 'node:http';

/**
 * The same agent in a form that simple-oauth2 hands on as it is.
 *
 * It clones its http options deeply, the sockets of an agent included; its library of clones leaves alone
 * what has an immutable prototype.
 */
export function unclonedAgent(agent: Agent): Agent {
  return new Proxy(agent, {
    getPrototypeOf: (target) =>
      Object.create(Reflect.getPrototypeOf(target), { isImmutable: { value: true } }),
  });
}
