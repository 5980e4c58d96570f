import { decodeWords } from '../decode-words.js';
import type { HeaderFields } from '../header-fields.js';
import { subjectTag } from './reference.js';

const tagPattern = new RegExp(`\\[#([a-z0-9]{${subjectTag.length}})\\]`, 'gi');
const longestSubject = 2_000;

/** What looks like our tags in the subject of a mail, without brackets and `#`, in lower case. */
export function subjectTags(fields: HeaderFields): readonly string[] {
  const [subject, ...more] = fields.values('subject');
  if (subject === undefined || more.length > 0) return [];
  const text = decodeWords(subject.slice(0, longestSubject)).replace(/\s+/g, '');
  return Array.from(text.matchAll(tagPattern), ([, tag = '']) => tag.toLowerCase());
}
