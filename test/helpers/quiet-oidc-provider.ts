import type OidcProvider from 'oidc-provider';

let loading: Promise<typeof OidcProvider> | undefined;

/** Loads oidc-provider, and keeps its advice to people who would run it in production off the console. */
export function loadOidcProvider(): Promise<typeof OidcProvider> {
  loading ??= load();
  return loading;
}

async function load(): Promise<typeof OidcProvider> {
  for (const level of ['info', 'warn'] as const) {
    const print = console[level].bind(console);
    console[level] = (...lines: unknown[]) => {
      if (!String(lines[0]).includes('oidc-provider ')) print(...lines);
    };
  }
  return (await import('oidc-provider')).default;
}
