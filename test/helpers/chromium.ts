import { type Browser, chromium } from 'playwright-core';

/** Starts Debian's Chromium without a window; it reaches nothing but this machine, which may have an `address` besides. */
export function startChromium(address = '127.0.0.1'): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--force-color-profile=srgb'],
      `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE ${address}`,
    ],
  });
}
