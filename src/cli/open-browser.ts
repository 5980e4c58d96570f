import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;
type Launch = (program: string, args: readonly string[], env: Environment) => void;

/**
 * Shows a page in the browser of the person at this machine, without a shell, and only http and https.
 *
 * False when there is no screen to show it on. What the browser does with it is not known.
 */
export function openBrowser(
  url: string,
  platform: string,
  env: Environment,
  launch: Launch = start,
): boolean {
  const program = programFor(platform, env);
  if (!program || !URL.canParse(url)) return false;
  const { protocol, href } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return false;
  const [name, ...args] = program;
  launch(name, [...args, href], env);
  return true;
}

function programFor(platform: string, env: Environment): readonly [string, ...string[]] | undefined {
  if (platform === 'darwin') return env['SSH_CONNECTION'] ? undefined : ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined;
}

function start(program: string, args: readonly string[], env: Environment): void {
  const child = spawn(program, args, { env: { ...env }, stdio: 'ignore', detached: true });
  // Without a browser the person copies the address; it is on the screen.
  child.on('error', () => {});
  child.unref();
}
