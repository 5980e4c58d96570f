/** Slips of the hand: what is typed for `ack` and `unack`. */
const slips =
  /^(?:akc|cak|caк|kac|aack|acck|ackk|akk|acc|ak|ac|acl|acj|avk|axk|sck|n[ae]?[ck]k|nak|un?akc|u?nak|unakk|uanck|unac|unck|uack|inack|umack|unavk)(?![\p{L}-])[^\p{L}]{0,20}$/iu;
const verb = /(?<![\p{L}\p{N}_-])(?:un-?)?ack(?:ed|nowledged?)?(?![\p{L}\p{N}_-])/iu;
/** "no" and "not me", alone: in the languages in which it is short. */
const refusals =
  /^(?:no|nope|nah|nein|non|não|nao|nej|nei|nee|nie|ne|nem|не|нет|ні|όχι|hayır|لا|לא|不|不是|いいえ|아니요|not (?:me|mine|us|ours|now)|wrong (?:person|team)|stop|cancel|unsubscribe|remove me)[\s.!]*$/iu;
const mostLines = 20;

/**
 * Why words that are to acknowledge may not mean it, in a whole sentence to their author; undefined when they are
 * plain. `isCommand`: they begin with a command; `isWholeCommand` says whether a line is one and nothing else.
 */
export function doubtOf(
  words: string,
  isCommand: boolean,
  isWholeCommand: (line: string) => boolean,
): string | undefined {
  const [first = '', ...more] = words.split('\n', mostLines);
  if (more.some((line) => isWholeCommand(line.trim())))
    return isCommand
      ? 'Your reply has more than one command, and a reply can have one only.'
      : 'Your reply has a command, but does not begin with it.';
  if (isCommand) return undefined;
  if (slips.test(first.trim())) return `Your reply says "${first.trim().slice(0, 20)}", which is no command.`;
  if (verb.test(first.slice(0, 1_000))) return 'Your reply has a command, but does not begin with it.';
  if (refusals.test(words.slice(0, 100))) return 'Your reply says no, and not to what.';
  return undefined;
}
