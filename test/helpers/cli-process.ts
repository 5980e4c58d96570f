import { commandLine } from './command-line.js';
import { type NodeProcess, runNode } from './node-process.js';

/** The command, run as a process of its own. */
export type CliProcess = NodeProcess;

/** Starts `ackmail` with its arguments in the folder `cwd`. */
export function startCli(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): CliProcess {
  return runNode([...commandLine, ...args], cwd, env);
}
