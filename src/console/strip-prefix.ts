/** The request without the path of `publicUrl` before its own path; the request itself when it has none. */
export function stripPrefix(request: Request, publicUrl: string | undefined): Request {
  const prefix = publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '');
  if (prefix === '') return request;
  const url = new URL(request.url);
  if (url.pathname !== prefix && !url.pathname.startsWith(`${prefix}/`)) return request;
  url.pathname = url.pathname.slice(prefix.length);
  const { method, headers, body, signal } = request;
  return new Request(url, { method, headers, signal, ...(body ? { body, duplex: 'half' } : {}) });
}
