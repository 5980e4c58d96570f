import { type Command, type CommandSetting, readCommand } from '../command/read-command.js';
import { readReaction } from '../command/read-reaction.js';
import { replyZone } from '../command/reply-zone.js';
import type { HeaderFields } from '../header-fields.js';
import { type ReplyText, readReplyText } from '../reply-text/read-reply-text.js';
import { repeatsMail } from '../reply-text/repeats-mail.js';
import type { Findings } from './judgement.js';

/** What a person wrote, and what it was read as. */
export interface Words {
  readonly command: Command;
  /** The same for the record, within its bounds. */
  readonly findings: Required<Pick<Findings, 'ownText' | 'firstLine' | 'command'>>;
}

/** What words are read with. */
export interface WordsSetting {
  /** The header of the message, whole. */
  readonly fields: HeaderFields;
  /** How many alerts the mail tells of that is answered. */
  readonly alertCount: number;
  /** That mail as it was sent; absent where nothing is known of it. */
  readonly mailRaw?: string;
  /** From when a duration counts. */
  readonly at: Date;
  /** In which a time is read that names no zone of its own. */
  readonly timeZone: string;
}

const longestText = 2_000;
const longestLine = 200;

/** Reads the person's own words out of a message, and the command in them. Throws when it cannot be taken apart. */
export async function readWords(source: Buffer, setting: WordsSetting): Promise<Words> {
  const { fields, alertCount, mailRaw, at, timeZone } = setting;
  const read = await readReplyText(source);
  const isTheMail = mailRaw !== undefined && (await repeatsMail(read.ownWords, mailRaw));
  const text = isTheMail ? { ...read, ownWords: '' } : read;
  return wordsOf(text, { alertCount, at, zone: replyZone(fields, timeZone) });
}

function wordsOf(text: ReplyText, setting: CommandSetting): Words {
  const { ownWords } = text;
  const command = commandOf(text, setting);
  const { kind, numbers, durationMs, until } = command;
  return {
    command,
    findings: {
      ownText: cut(ownWords, longestText),
      firstLine: cut(ownWords.split('\n').find((line) => line.trim() !== '') ?? '', longestLine).trim(),
      command: {
        kind,
        ...(numbers ? { numbers } : {}),
        ...(durationMs === undefined ? {} : { durationMs }),
        ...(until ? { until } : {}),
      },
    },
  };
}

/** A reaction in place of words, or the words themselves. */
function commandOf({ ownWords, reaction, sealed }: ReplyText, setting: CommandSetting): Command {
  if (reaction !== undefined) return readReaction(reaction);
  if (sealed && ownWords === '')
    return { kind: 'unclear', doubt: 'Your reply is encrypted, or not plain text.', comment: '' };
  return readCommand(ownWords, setting);
}

/** A cut in the middle of a surrogate pair would leave half a character. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}
