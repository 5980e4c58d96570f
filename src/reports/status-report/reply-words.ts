const words: ReadonlyMap<string, string> = new Map([
  ['asked', 'asked what was meant'],
  ['not-taken', 'not taken by the monitor'],
  ['superseded', 'overtaken by a later one'],
  ['own', 'our own mail'],
  ['automatic', 'sent by software'],
  ['sender', 'not exactly one sender'],
  ['forwarded', 'handed on by somebody'],
  ['old', 'dated long before its mail, or too late'],
  ['replayed', 'the same reply once more'],
  ['stranger', 'the sender may not acknowledge'],
  ['unauthenticated', 'nothing shows who sent it'],
  ['flood', 'too many of one sender'],
  ['bounce', 'a report of a mail server that says nothing'],
  ['malformed', 'no whole mail'],
]);

/** What a reply came to, or why it was refused, for people. */
export function replyWords(word: string): string {
  return words.get(word) ?? word;
}
