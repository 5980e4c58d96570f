import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openBrowser } from '../../src/cli/open-browser.js';

const url = 'https://login.example.test/authorize?a=1&b=2';

function launched(address: string, platform: string, env: Record<string, string>): string[] | undefined {
  let call: string[] | undefined;
  const opened = openBrowser(address, platform, env, (program, args) => {
    call = [program, ...args];
  });
  assert.is(opened, call !== undefined);
  return call;
}

test('A browser is asked where there is a screen', () => {
  assert.equal(launched(url, 'linux', { DISPLAY: ':0' }), ['xdg-open', url]);
  assert.equal(launched(url, 'linux', { WAYLAND_DISPLAY: 'wayland-0' }), ['xdg-open', url]);
  assert.equal(launched(url, 'darwin', {}), ['open', url]);
  assert.equal(launched(url, 'win32', {}), ['rundll32', 'url.dll,FileProtocolHandler', url]);
  assert.is(launched(url, 'linux', {}), undefined);
  assert.is(launched(url, 'darwin', { SSH_CONNECTION: 'x' }), undefined);
});

test('Only http and https reach a browser, and always as one argument that is a URL', () => {
  const hostile = ['file:///etc/passwd', 'javascript:alert(1)', '--version', '', '$(id)', 'mailto:a@b.test'];
  for (const address of hostile) assert.is(launched(address, 'linux', { DISPLAY: ':0' }), undefined, address);
  const [, argument] = launched('https://a.test/x"; id; "$(id)`id` y', 'linux', { DISPLAY: ':0' }) ?? [];
  assert.match(argument ?? '', /^https:\/\/a\.test\/[^\s"]*$/);
});

test.run();
