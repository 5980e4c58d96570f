#!/usr/bin/env node
import { version } from '../version.js';
import { printFailure } from './print-failure.js';
import { processTerminal } from './process-terminal.js';
import { program } from './program.js';

const terminal = processTerminal();
const crash = (thrown: unknown) => {
  try {
    printFailure(thrown, terminal);
  } catch {
    // What cannot even be looked at: Node would print all of it.
    terminal.stderr.write('ackmail: Something went wrong that is not foreseen.\n');
  }
  process.exit(1);
};
process.on('unhandledRejection', crash);
process.on('uncaughtException', crash);

process.exit(await program(process.argv.slice(2), version, terminal));
