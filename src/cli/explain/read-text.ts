import { createInterface } from 'node:readline';
import type { Terminal } from '../terminal.js';

/** More than that is no refusal but a whole log. */
const longestText = 262_144;

/**
 * Reads what is piped in, or what somebody types or pastes at a terminal until Ctrl-D; at most 256 Ki characters, the
 * rest is not looked at. Undefined when it was interrupted by Ctrl-C.
 */
export async function readText(terminal: Terminal, invitation: string): Promise<string | undefined> {
  const { stdin, stderr } = terminal;
  if (!stdin.isTTY) {
    let text = '';
    for await (const chunk of stdin.setEncoding('utf8')) {
      text += chunk;
      if (text.length >= longestText) break;
    }
    return text.slice(0, longestText);
  }
  stderr.write(invitation);
  // A terminal in its ordinary mode cuts lines at 4,096 characters; readline's own mode does not. Standard output
  // stays free for the answer.
  const typed = createInterface({ input: stdin, output: stderr, terminal: true, prompt: '', historySize: 0 });
  const lines: string[] = [];
  return new Promise((resolve) => {
    typed.on('line', (line) => {
      lines.push(line);
    });
    typed.on('SIGINT', () => {
      resolve(undefined);
      typed.close();
    });
    typed.on('close', () => resolve(lines.join('\n').slice(0, longestText)));
  });
}
