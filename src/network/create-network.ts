import { globalAgent, type Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { rootCertificates } from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { type Dispatcher, ProxyAgent, Agent as UndiciAgent, fetch as undiciFetch } from 'undici';
import type { Network } from '../core/network.js';
import { connectByProxy } from './connect-by-proxy.js';
import { connectStraight } from './connect-straight.js';
import { proxyFromEnvironment } from './proxy-from-environment.js';

/** What decides how other machines are reached. */
export interface NetworkOptions {
  /** The proxy of the settings; it goes before those of the environment. */
  readonly proxy?: string;
  /** Certificates in PEM of a private CA. */
  readonly ca?: readonly string[];
  /** Where HTTPS_PROXY, HTTP_PROXY and NO_PROXY are looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Makes the way to other machines.
 *
 * Loopback is never reached by a proxy. NO_PROXY holds for the proxy of the settings too. `fetch` is undici's
 * own, since the dispatcher of one undici does not fit the `fetch` of another.
 */
export function createNetwork(options: NetworkOptions): Network {
  const ca = options.ca && options.ca.length > 0 ? [...rootCertificates, ...options.ca] : undefined;
  const dispatchers = new Map<string, Dispatcher>();
  const agents = new Map<string, HttpAgent>();

  const proxyFor = (url: string) => proxyFromEnvironment(url, options.env, options.proxy);
  const dispatcherFor = (url: string): Dispatcher => {
    const proxy = proxyFor(url) ?? '';
    let dispatcher = dispatchers.get(proxy);
    if (!dispatcher) {
      const tls = ca ? { ca } : {};
      dispatcher = proxy
        ? new ProxyAgent({ uri: proxy, requestTls: tls })
        : new UndiciAgent({ connect: tls });
      dispatchers.set(proxy, dispatcher);
    }
    return dispatcher;
  };

  return {
    async fetch(url, init = {}) {
      const request = { redirect: 'manual', ...init, dispatcher: dispatcherFor(url) };
      // The two declarations of the same standard differ in names only.
      return (await undiciFetch(url, request as Parameters<typeof undiciFetch>[1])) as unknown as Response;
    },
    agent(url) {
      const proxy = proxyFor(url);
      if (!proxy && !ca) return undefined;
      const secure = new URL(url).protocol === 'https:';
      const key = `${proxy ?? ''} ${secure}`;
      let agent = agents.get(key);
      if (!agent) {
        if (proxy) agent = proxyAgent(proxy, ca);
        else agent = secure ? new HttpsAgent({ ca, keepAlive: true }) : globalAgent;
        agents.set(key, agent);
      }
      return agent;
    },
    connect(host, port, limitMs) {
      const proxy = proxyFor(`pop3://${host}:${port}`);
      return proxy ? connectByProxy(proxy, host, port, limitMs) : connectStraight(host, port, limitMs);
    },
    proxyFor,
    ...(ca ? { ca } : {}),
  };
}

/** What its constructor takes is for the way to the proxy; what lies behind it is trusted by these options. */
function proxyAgent(proxy: string, ca: readonly string[] | undefined): HttpAgent {
  const agent = new HttpsProxyAgent(proxy, ca ? { ca: [...ca] } : {});
  if (ca) Object.assign(agent.options, { ca });
  return agent;
}
