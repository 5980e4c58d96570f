import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { plainLine } from '../../actions/email/plain-text.js';
import { describe } from '../../core/fault.js';
import { CommandError } from '../command-error.js';
import { type InitAnswers, initAnswers } from './answers.js';

const longestLine = 200;
const remedy = 'docs/command-line.md says what a file of answers holds.';

/** Reads a file of answers (JSON). Throws a `CommandError` that names everything that is wrong with it. */
export async function readAnswers(file: string, cwd: string): Promise<InitAnswers> {
  const name = basename(file);
  const given = await readFile(resolve(cwd, file), 'utf8').catch((thrown: unknown) => {
    throw new CommandError(`The answers cannot be read: ${describe(thrown)}`, remedy, 2);
  });
  const parsed = initAnswers.safeParse(parseJson(given, name));
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) =>
    plainLine(`${path.join('.') || name}: ${message}`, longestLine),
  );
  throw new CommandError(`${name} does not answer everything:\n  ${lines.join('\n  ')}`, remedy, 2);
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What a parser says of it could repeat a secret.
    throw new CommandError(`${name} is no JSON.`, remedy, 2);
  }
}
