import { basename } from 'node:path';
import { Fault } from '../../core/fault.js';
import { plainLine } from '../email/plain-text.js';
import type { ProgramEnd } from './run-program.js';

/** EX_TEMPFAIL of sysexits.h: the user is invited to try again later. */
const temporaryFailure = 75;
const longestLine = 200;
/** Nothing that passes by itself: the file, its rights or its contents are wrong. */
const lasting = [
  'ENOENT',
  'EACCES',
  'EPERM',
  'ENOEXEC',
  'ENOTDIR',
  'EISDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'E2BIG',
];
const remedy =
  'Run the program by hand, as the user that Ackmail runs as, with the JSON of docs/command.md on its standard input, and mend what it says.';

/**
 * Turns the end of a program into a Fault; undefined when it is done.
 *
 * ACTION_FAILED for exit code 75, a signal, the time limit, and a machine that has no process to spare.
 * ACTION_REFUSED for every other exit code, and for a program that is not there or cannot be run. Of the command
 * only the name of the program is told, and one line of what it wrote.
 */
export function commandFault(action: string, file: string, end: ProgramEnd): Fault | undefined {
  if (end.how === 'exited' && end.code === 0) return undefined;
  const detail = `${basename(file)} ${howItEnded(end)}`;
  const isRefusal =
    end.how === 'exited'
      ? end.code !== temporaryFailure
      : end.how === 'not-started' && lasting.includes(end.code);
  return isRefusal
    ? new Fault('ACTION_REFUSED', { action, detail, remedy })
    : new Fault('ACTION_FAILED', { action, detail });
}

function howItEnded(end: ProgramEnd): string {
  if (end.how === 'not-started') return `cannot be started (${end.code})`;
  const line = plainLine(end.lastLine, longestLine);
  const said = line === '' ? '' : `: ${line}`;
  if (end.how === 'exited') return `ended with exit code ${end.code}${said}`;
  if (end.how === 'killed') return `was ended by ${end.signal}${said}`;
  return end.how === 'timed-out'
    ? `did not end in time and was ended${said}`
    : 'was ended, since Ackmail stops';
}
