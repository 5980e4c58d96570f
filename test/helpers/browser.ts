/** As much of a browser as a sign-in needs: it keeps cookies and follows redirects, but runs no scripts. */
export interface Browser {
  /**
   * Opens an address, or posts a form to it, and follows redirects to the page at their end.
   *
   * A redirect to an address that `leavesFor` names is not followed: that address is the answer.
   */
  open(url: string, form?: Readonly<Record<string, string>>): Promise<Page>;
}

/** Where a browser arrived. */
export interface Page {
  readonly url: string;
  readonly status: number;
  /** Empty when the browser stopped before an address that it does not open. */
  readonly body: string;
}

/** Makes a browser with no cookies. */
export function createBrowser(leavesFor: (url: string) => boolean): Browser {
  const cookies = new Map<string, string>();

  return {
    async open(url, form) {
      let next: { url: string; form?: Readonly<Record<string, string>> } = form ? { url, form } : { url };
      for (let hop = 0; hop < 20; hop += 1) {
        if (leavesFor(next.url)) return { url: next.url, status: 0, body: '' };
        const response = await fetch(next.url, {
          redirect: 'manual',
          headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
          ...(next.form ? { method: 'POST', body: new URLSearchParams(next.form) } : {}),
        });
        for (const cookie of response.headers.getSetCookie()) {
          const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
          if (name !== undefined && value) cookies.set(name, value);
          else if (name !== undefined) cookies.delete(name);
        }
        const location = response.headers.get('location');
        const body = await response.text();
        if (!location) return { url: next.url, status: response.status, body };
        next = { url: new URL(location, next.url).href };
      }
      throw new Error(`${url} redirects without end`);
    },
  };
}
