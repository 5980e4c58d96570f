import { randomBytes } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { CommandError } from './command-error.js';
import type { InitAnswers } from './init/answers.js';
import { askAnswers } from './init/ask-answers.js';
import type { Asker } from './init/asker.js';
import { askerAt } from './init/asker-at.js';
import { Cancelled } from './init/cancelled.js';
import { composeSettings } from './init/compose-settings.js';
import { firstTest } from './init/first-test.js';
import { readAnswers } from './init/read-answers.js';
import { standingFiles, type WrittenSettings, writeSettings } from './init/write-settings.js';
import { writtenText } from './init/written-text.js';
import { safeJson } from './safe-json.js';
import type { Terminal } from './terminal.js';

/** What `ackmail init` is told. */
export interface InitOptions {
  /** A file that answers everything, so that nobody is asked. */
  readonly answers?: string;
  /** With `answers`: files that stand already are replaced. */
  readonly replace?: boolean;
  /** With `answers`: each step as a line of JSON. */
  readonly json?: boolean;
}

/**
 * `ackmail init [FILE]`: asks what a first settings file needs, writes it with its secrets in files of their own, and
 * then checks it, signs in and sends a first mail. Nothing is written before everything is answered, and nothing that
 * is there is replaced without being asked. Answers the exit code; 130 where it was broken off.
 */
export async function init(path: string, options: InitOptions, terminal: Terminal): Promise<number> {
  const file = resolve(terminal.cwd, path);
  const interrupt = new AbortController();
  const forget = terminal.onSignal((name) => interrupt.abort(name));
  let written: WrittenSettings | undefined;
  try {
    const asker = options.answers === undefined ? await askerAt(terminal, interrupt.signal) : undefined;
    const answers = asker
      ? await converse(file, asker)
      : await readAnswers(options.answers ?? '', terminal.cwd);
    hide(answers, terminal);
    written = await write(file, answers, { replace: options.replace ?? false, asker }, terminal);
    if (interrupt.signal.aborted) throw new Cancelled(interrupt.signal.reason === 'SIGTERM' ? 143 : 130);
    terminal.stdout.write(
      options.json
        ? `${safeJson({ step: 'written', ...written })}\n`
        : writtenText(written, answers, terminal),
    );
    return await firstTest({ file, answers, terminal, ...(asker ? { asker } : {}) });
  } catch (thrown) {
    if (!(thrown instanceof Cancelled)) throw thrown;
    terminal.stderr.write(
      written
        ? `The settings are written. Go on with: ackmail check --config ${file}\n`
        : 'Nothing was written.\n',
    );
    return thrown.exitCode;
  } finally {
    forget();
  }
}

/** Asks for everything, and first of all whether a file that stands is to go. */
async function converse(file: string, asker: Asker): Promise<InitAnswers> {
  const [standing] = await standingFiles(file, { yaml: '', secrets: [] });
  if (
    standing &&
    !(await asker.confirm(`${file} is there already. Write a new one in its place at the end?`, false))
  )
    throw new Cancelled();
  asker.say(
    `This writes ${basename(file)}: where alerts are sent from, to whom, and how replies are read.\n` +
      'Nothing is written before the last answer; Ctrl-C ends it.',
  );
  return askAnswers(asker);
}

async function write(
  file: string,
  answers: InitAnswers,
  { replace, asker }: { readonly replace: boolean; readonly asker: Asker | undefined },
  terminal: Terminal,
): Promise<WrittenSettings> {
  const dataDir = answers.dataDir ?? (file.startsWith('/etc/') ? '/var/lib/ackmail' : './data');
  const composed = composeSettings({ ...answers, dataDir }, () => randomBytes(24).toString('base64url'));
  terminal.hide(composed.secrets.map(({ value }) => value));
  const standing = await standingFiles(file, composed);
  if (standing.length > 0 && !replace) {
    const names = standing.join(', ');
    if (!asker)
      throw new CommandError(
        `${names} ${standing.length === 1 ? 'is' : 'are'} there already.`,
        'Move it away, name another settings file, or say --replace.',
        2,
      );
    if (!(await asker.confirm(`Replace ${names}?`, false))) throw new Cancelled();
  }
  return writeSettings(file, composed, terminal.env, standing);
}

function hide({ clientSecret, password, alertmanager }: InitAnswers, terminal: Terminal): void {
  const secrets = [clientSecret, password, alertmanager?.secret];
  terminal.hide(
    secrets.flatMap((secret) => (secret === undefined || secret.startsWith('${') ? [] : [secret])),
  );
}
