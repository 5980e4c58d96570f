/** Takes the secrets that it knows out of a text. */
export type HideSecrets = (text: string) => string;

const mark = '[redacted]';
// Below that, it is no more than letters of words, and what is left would say what it was.
const shortest = 8;

/**
 * Makes the last net before anything is written or shown: what is known to be a secret is taken out of every text,
 * however it came there. Those of less than 8 characters are not looked for.
 *
 * A secret is known as it is, as a URL, a form or JSON writes it, in base64, and with its line breaks as spaces.
 */
export function hideSecrets(secrets: Iterable<string>): HideSecrets {
  const forms = new Set([...secrets].filter((secret) => secret.length >= shortest).flatMap(formsOf));
  if (forms.size === 0) return (text) => text;
  // The longest first: one may be the beginning of another.
  const sorted = [...forms].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(sorted.map(escaped).join('|'), 'g');
  return (text) => text.replace(pattern, mark);
}

function formsOf(secret: string): readonly string[] {
  const inForm = new URLSearchParams([['', secret]]).toString().slice(1);
  const base64 = Buffer.from(secret).toString('base64');
  const inJson = JSON.stringify(secret).slice(1, -1);
  const onOneLine = secret.replace(/\s+/g, ' ');
  // Half a character has no form in a URL; a form writes a replacement for it.
  const inUrl = /\p{Surrogate}/u.test(secret) ? inForm : encodeURIComponent(secret);
  return [secret, inUrl, inForm, inJson, base64, base64.replace(/=+$/, ''), onOneLine];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
