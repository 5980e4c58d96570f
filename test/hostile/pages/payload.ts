/**
 * What an attacker writes into a field that a page shows: it ends whatever it may stand in, and begins an element, an
 * attribute and a script. The words in front say which field it was.
 */
export function payload(field: string): string {
  return `field-${field}. "'>\`--><xss-${field} xss=1 onmouseover=alert(1)></title><script>xss()</script>`;
}

/** The fields whose words stand in a text of a page. */
export function fieldsIn(text: string): readonly string[] {
  return [...text.matchAll(/field-([a-z-]+)\. /g)].map(([, field = '']) => field);
}

/** Addresses that no browser may be led to by a click, and one that tries to end its attribute. */
export const badAddresses: readonly string[] = [
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\tscript:alert(1)',
  '\u0001javascript:alert(1)',
  'javascript://example.com/%0aalert(1)',
  'data:text/html,<script>xss()</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'blob:https://example.com/x',
  '//evil.example/x',
  '/sign-out',
  'https:evil.example',
  'https://evil.example/" onmouseover="alert(1)" x="',
  "https://evil.example/'><script>xss()</script>",
];
