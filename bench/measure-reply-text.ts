import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownWords } from '../src/ack/reply-text/own-words.js';
import { readReplyText } from '../src/ack/reply-text/read-reply-text.js';

/** How well the own words of people are read out of the mails of one corpus. */
export interface ReplyTextFigures {
  readonly mails: number;
  /** In how many the own words are right, white space folded. */
  readonly ownTextEqual: number;
  /** In how many the first line of them is right: where a command stands. */
  readonly firstLineEqual: number;
  /** The files that are read wrong. */
  readonly wrong: readonly string[];
}

/**
 * Measures on a folder with mails (`mail/*.txt`, bodies; `mail/*.eml`, whole messages) and what is to be read out of
 * them (`own/*.txt`).
 */
export async function measureReplyText(folder: string): Promise<ReplyTextFigures> {
  const files = readdirSync(join(folder, 'mail')).sort();
  const wrong: string[] = [];
  let ownTextEqual = 0;
  let firstLineEqual = 0;
  for (const file of files) {
    const mail = readFileSync(join(folder, 'mail', file));
    const read = file.endsWith('.eml') ? (await readReplyText(mail)).ownWords : ownWords(mail.toString());
    const own = readFileSync(join(folder, 'own', file.replace(/\.eml$/, '.txt')), 'utf8');
    const isEqual = folded(read) === folded(own);
    const isFirstEqual = firstLine(read) === firstLine(own);
    ownTextEqual += isEqual ? 1 : 0;
    firstLineEqual += isFirstEqual ? 1 : 0;
    if (!isEqual || !isFirstEqual) wrong.push(file);
  }
  return { mails: files.length, ownTextEqual, firstLineEqual, wrong };
}

function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function firstLine(text: string): string {
  return folded(text.split('\n').find((line) => line.trim() !== '') ?? '');
}
