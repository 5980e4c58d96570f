/**
 * What a line of dashes or the like separates: `signature` for the `-- ` of RFC 3676 section 4.3 and what takes its
 * place, `rule` for a bare line, `original` for one with words in it (`-----Original Message-----` in any language,
 * GroupWise's `>>> Name date >>>`, `## Reply above this line ##`); undefined for any other line.
 */
export function separatorOf(line: string): 'signature' | 'rule' | 'original' | undefined {
  if (line.length > 300) return undefined;
  if (/^(?:--|[—–―])$/u.test(line)) return 'signature';
  if (/^(?:-{3,}|_{2,}|[=~#*+]{3,}|[—–―]{2,}|(?:[-_=*~] ){4,}[-_=*~]?)$/u.test(line)) return 'rule';
  if (/^>{3} .* >{3}$|^##.*##$/.test(line)) return 'original';
  const [, words = ''] = /^(?:[-—–]{2,}|_{5,}|={3,})(.*[^-—–_=])(?:[-—–]{2,}|_{5,}|={3,})$/u.exec(line) ?? [];
  return words.length <= 200 && /\p{L}{2}/u.test(words) ? 'original' : undefined;
}
