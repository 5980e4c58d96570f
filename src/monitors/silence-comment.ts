import { createHash } from 'node:crypto';
import type { Acknowledgement } from '../core/acknowledgement.js';

const longestComment = 400;

/**
 * What stands in Alertmanager beside a silence that is an acknowledgement, on one line:
 * `ACK! on it (ops@example.com) [ackmail SOURCE ALERT]`.
 *
 * karma shows silences that begin with `ACK!` as acknowledgements, and kthxbye keeps them alive. The tag at
 * the end names the source and the alert, so that a silence is found again whose record was not written.
 */
export function silenceComment(acknowledgement: Acknowledgement, alertId: string): string {
  const { comment, author, source } = acknowledgement;
  const words = [oneLine(comment, longestComment), `(${oneLine(author, 200)})`].filter(Boolean).join(' ');
  return `ACK! ${words} ${sourceTag(source, alertId)}`;
}

/** The end of the comment of a silence that was made for this source and this alert. */
export function sourceTag(source: string, alertId: string): string {
  // A source that could look like another tag is told by its hash.
  const plain = /^[\x21-\x5a\x5c\x5e-\x7e]{1,200}$/.test(source);
  const key = plain ? source : createHash('sha256').update(source).digest('hex');
  return `[ackmail ${key} ${alertId}]`;
}

/** Whether the comment is of a silence that we made for this alert, whatever its source. */
export function isCommentOf(comment: string, alertId: string): boolean {
  return /^ACK! .*\[ackmail \S+ (\S+)\]$/.exec(comment)?.[1] === alertId;
}

/** Text without line breaks and control characters, at most `longest` characters. */
export function oneLine(text: string, longest: number): string {
  const line = text.replace(/[\s\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
  const characters = [...line];
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join('')}…`;
}
