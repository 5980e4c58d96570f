import { type Argument, Command, CommanderError } from 'commander';
import { addEveryday } from './add-everyday.js';
import { addExplaining } from './add-explaining.js';
import { addFirstSteps } from './add-first-steps.js';
import { addOutbox } from './add-outbox.js';
import { addReplies } from './add-replies.js';
import { addUpkeep } from './add-upkeep.js';
import { CommandError } from './command-error.js';
import { printFailure } from './print-failure.js';
import type { Terminal } from './terminal.js';

const examples = `
To begin:
  ackmail init                  asks, writes the settings, signs in and sends a first mail
  ackmail serve                 from then on; examples/ackmail.service runs it as a service

When something is wrong:
  ackmail status                system errors first, each with what to do
  ackmail test ACCOUNT          where on the way to the mail server it fails
  ackmail replies               why a reply counted or did not

\`ackmail VERB --help\` says more of a verb; docs/command-line.md has the JSON of each and the exit codes:
0 it is done, 1 it failed, 2 the call or the settings have to change.
`;

/**
 * Runs the command with its arguments (without node and the script) and answers the exit code: 0 when it did
 * what was asked, 1 for a failure, 2 for a wrong call or wrong settings.
 */
export async function program(args: readonly string[], version: string, outside: Terminal): Promise<number> {
  const terminal = asksForJson(args) ? { ...outside, rich: false, live: false, json: true } : outside;
  let exitCode = 0;
  const onEnd = (code: number) => {
    exitCode = code;
  };
  const command = new Command('ackmail')
    .description('Alert e-mail that people acknowledge by replying.')
    .usage('[-c FILE] VERB')
    .version(version)
    .option('-c, --config <file>', 'the settings (default: ./ackmail.yaml, then /etc/ackmail/ackmail.yaml)')
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      // As JSON it is said below, once.
      writeErr: (text) => void (terminal.json || terminal.stderr.write(text)),
      getOutHelpWidth: () => Math.min(terminal.columns ?? 100, 100),
      getErrHelpWidth: () => Math.min(terminal.columns ?? 100, 100),
    })
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: (verb) => [verb.name(), ...verb.registeredArguments.map(argumentTerm)].join(' '),
    })
    .helpCommand(false)
    .exitOverride();
  for (const add of [addFirstSteps, addEveryday, addOutbox, addReplies, addExplaining, addUpkeep])
    add(command, terminal, onEnd);
  command.addHelpText('after', examples);
  sayWhereHelpIs(command, 'ackmail');

  try {
    await command.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) return printFailure(thrown, terminal);
    // Commander has said itself what is wrong; help and version end with 0.
    if (thrown.exitCode === 0) return 0;
    if (terminal.json)
      printFailure(
        new CommandError(thrown.message.replace(/^error: /, ''), 'Look at: ackmail --help', 2),
        terminal,
      );
    return 2;
  }
}

function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? args.length : end).includes('--json');
}

function argumentTerm(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? '...' : '');
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** Every complaint about a call ends with where its help is. */
function sayWhereHelpIs(command: Command, path: string): void {
  command.showHelpAfterError(`Look at: ${path} --help`);
  for (const each of command.commands) sayWhereHelpIs(each, `${path} ${each.name()}`);
}
