import { request } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Opens a connection through an HTTP proxy by CONNECT (RFC 9110 section 9.3.6).
 *
 * Throws an error that says what the proxy answered; never with the proxy's credentials in it.
 */
export function connectByProxy(proxy: string, host: string, port: number, limitMs: number): Promise<Socket> {
  const { hostname, port: proxyPort, username, password } = new URL(proxy);
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString(
    'base64',
  );
  return new Promise((resolve, reject) => {
    const connecting = request({
      host: hostname,
      port: proxyPort || 80,
      method: 'CONNECT',
      path: `${host}:${port}`,
      timeout: limitMs,
      headers: username ? { 'proxy-authorization': `Basic ${credentials}` } : {},
    });
    connecting.once('connect', (response, socket: Socket) => {
      // Whoever uses it next sees that it is closed; an error that nobody listens to would end the process.
      socket.on('error', () => undefined);
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error(`the proxy answers ${response.statusCode} ${response.statusMessage ?? ''}`));
    });
    connecting.once('timeout', () =>
      connecting.destroy(new Error(`no answer of the proxy in ${limitMs / 1_000} seconds`)),
    );
    connecting.once('error', reject);
    connecting.end();
  });
}
