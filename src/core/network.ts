import type { Agent } from 'node:http';
import type { Socket } from 'node:net';

/** How we reach other machines: through a proxy where the settings or the environment say so, trusting a private CA too. */
export interface Network {
  /** `fetch` as the WHATWG wrote it. Redirects are not followed unless `init.redirect` says so. */
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** An agent for libraries on node:http; absent when the address is reached straight and by the public CAs. */
  agent(url: string): Agent | undefined;
  /** Opens a TCP connection to a mail server, through the proxy where there is one. */
  connect(host: string, port: number, limitMs: number): Promise<Socket>;
  /** The proxy to reach `url` by (`smtp:`, `imap:` and `pop3:` URLs too), absent for none. */
  proxyFor(url: string): string | undefined;
  /** Certificates in PEM to trust: the public ones and the settings' own; absent for the public ones alone. */
  readonly ca?: readonly string[];
}
