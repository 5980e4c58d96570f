import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');

/** How a mail is signed. */
export interface Signature {
  /** `d=`; example.com unless told. */
  readonly domain?: string;
  /** `h=`: the fields that it covers. */
  readonly covers?: readonly string[];
  /** `l=`: how much of the body it covers; all of it unless told. */
  readonly bodyLength?: number;
  /** Further tags, such as `x=1`. */
  readonly tags?: string;
}

const usual = ['From', 'To', 'Subject', 'Date', 'Message-ID', 'In-Reply-To', 'References', 'MIME-Version'];

/** A mail signed with the key of the tests (RFC 6376, relaxed/relaxed). */
export function signedMail(mail: string, signature: Signature = {}): string {
  const { domain = 'example.com', covers = usual, bodyLength, tags = '' } = signature;
  const end = mail.indexOf('\r\n\r\n');
  const fields = mail.slice(0, end).split(/\r\n(?![ \t])/);
  const lines = mail
    .slice(end + 4)
    .split('\r\n')
    .map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  const body = `${lines.join('\r\n').replace(/(\r\n)*$/, '')}\r\n`;
  const hash = createHash('sha256').update(body.slice(0, bodyLength)).digest('base64');
  const left = [...fields];
  const covered = covers.flatMap((name) => {
    const at = left.findLastIndex((field) => field.toLowerCase().startsWith(`${name.toLowerCase()}:`));
    return at === -1 ? [] : left.splice(at, 1);
  });
  const length = bodyLength === undefined ? '' : ` l=${bodyLength};`;
  const own = `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain}; s=test;${length}${tags} h=${covers.join(':')}; bh=${hash}; b=`;
  const signed = [...covered.map(relaxed), relaxed(own)].join('\r\n');
  return `${own}${sign('sha256', Buffer.from(signed), privateKey).toString('base64')}\r\n${mail}`;
}

function relaxed(field: string): string {
  const colon = field.indexOf(':');
  const value = field
    .slice(colon + 1)
    .replace(/\s+/g, ' ')
    .trim();
  return `${field.slice(0, colon).trim().toLowerCase()}:${value}`;
}

/** A DNS with the key of the tests for some domains, and no answer for others. */
export function keysOf(domains: readonly string[], silent: readonly string[] = [], record = '') {
  const asked: string[] = [];
  return {
    asked,
    async resolveTxt(name: string): Promise<string[][]> {
      asked.push(name);
      if (silent.some((domain) => name === `test._domainkey.${domain}`))
        throw Object.assign(new Error('queryTxt ESERVFAIL'), { code: 'ESERVFAIL' });
      if (domains.some((domain) => name === `test._domainkey.${domain}`))
        return [[`v=DKIM1; ${record} p=`, publicKey]];
      throw Object.assign(new Error('queryTxt ENOTFOUND'), { code: 'ENOTFOUND' });
    },
  };
}
