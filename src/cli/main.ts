#!/usr/bin/env node
import { version } from '../version.js';
import { printFailure } from './print-failure.js';
import { processTerminal } from './process-terminal.js';
import { program } from './program.js';

const terminal = processTerminal();
const crash = (thrown: unknown) => {
  printFailure(thrown, terminal);
  process.exit(1);
};
process.on('unhandledRejection', crash);
process.on('uncaughtException', crash);

process.exit(await program(process.argv.slice(2), version, terminal));
