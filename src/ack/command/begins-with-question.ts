import { isQuestion } from './is-question.js';
import { isSignOff } from './is-sign-off.js';

/** A greeting in a line of its own, without a comma. */
const greeting =
  /^(?:hi|hey|hello|dear|good (?:morning|evening)|hallo|moin|guten|liebe|servus|salut|bonjour|bonsoir|hola|ciao|ol[aá]|hej)(?!\p{L})[^\d?.;]{0,40}$/iu;

/** Whether the first paragraph of words is a question, whatever stands below it: more words, or a signature. */
export function beginsWithQuestion(words: string): boolean {
  const paragraphs = words.split(/\n\s*\n/, 2).map((paragraph) => paragraph.trim());
  const [first = ''] = greeting.test(paragraphs[0] ?? '') ? paragraphs.slice(1) : paragraphs;
  const lines = first.split('\n');
  const end = lines.findIndex((line, index) => index > 0 && isSignOff(line));
  return isQuestion(lines.slice(0, end < 0 ? undefined : end).join('\n'));
}
