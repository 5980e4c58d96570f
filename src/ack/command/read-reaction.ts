/** What a reaction says, in place of words. */
export interface Reaction {
  readonly kind: 'bare' | 'comment';
  /** The emoji, or the name of the picture. */
  readonly comment: string;
}

/** Those that say "I have it" or "yes"; skin and gender change nothing. */
const yes = new Set([...'👍👌✅✔☑🆗🙏🙋👀💪🫡🤝👏🙌❤💯🏃🚀', 'like', 'heart']);
const modifiers = /[\u{1f3fb}-\u{1f3ff}]|\ufe0e|\ufe0f|\u200d|♀|♂/gu;

/** Reads an emoji: a thumb up is like a reply without words; a thumb down, or one with no plain meaning, a comment. */
export function readReaction(emoji: string): Reaction {
  const picture = emoji.replace(modifiers, '').trim().toLowerCase();
  const isYes = yes.has(picture) || (picture !== '' && [...picture].every((each) => yes.has(each)));
  return { kind: isYes ? 'bare' : 'comment', comment: emoji };
}

/**
 * The emoji or picture of words that are nothing else, or of the mail that Outlook sends to other systems for a
 * reaction: `[like] Name reacted to your message:`, and `[0]` when it was taken back. Undefined for all other words.
 */
export function reactionIn(words: string): string | undefined {
  const text = words.trim();
  if (text.length > 300) return undefined;
  if (/^(?:\p{Extended_Pictographic}\s*)+$/u.test(text.replace(modifiers, ''))) return text;
  const [, named, picture] =
    /^(?:\[([\p{L}\p{N}]{1,20})\]|(\p{Extended_Pictographic}\S{0,8}))?\s*\S.{0,150} reacted to your message:$/su.exec(
      text,
    ) ?? [];
  return /reacted to your message:$/.test(text) ? (named ?? picture ?? 'reaction') : undefined;
}
