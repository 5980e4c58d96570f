import { isSignOff } from './is-sign-off.js';

/**
 * Whether words end in a question mark, of any script; marks and faces behind it change nothing. A greeting or a name
 * below the last sentence is not what the words end in.
 */
export function isQuestion(words: string): boolean {
  const lines = words.split('\n').filter((line) => line.trim() !== '');
  while (lines.length > 1 && isSignOff(lines.at(-1) ?? '')) lines.pop();
  const end = (lines.at(-1) ?? '').slice(-100);
  // In Greek it looks like a semicolon, and mostly is one.
  return /(?:[?？؟⁇⁈⁉‽⸮︖﹖❓❔\u037e\u055e\u1367]|(?<=\p{Script=Greek}\p{M}*);)[^\p{L}\p{N}]*$/u.test(end);
}
