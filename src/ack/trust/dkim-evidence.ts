import { createRequire } from 'node:module';
import { z } from 'zod';
import { type HeaderFields, readHeaderFields } from '../header-fields.js';
import { onlySignatures } from './dkim-signatures.js';
import { domainOf } from './domain-of.js';
import type { Evidence } from './evidence.js';
import { isAligned } from './is-aligned.js';
import { oneSender } from './sender-policy.js';

const load = createRequire(import.meta.url);

/** Looks up the TXT records of a name, each in its parts; rejects as `dns.promises.resolveTxt` does. */
export type ResolveTxt = (name: string) => Promise<readonly (readonly string[])[]>;

/** A mail whose signatures are verified. */
export interface SignedMail {
  /** The message as it is. */
  readonly source: Buffer;
  /** The address in its From. */
  readonly sender: string;
  /** Whether fields name the mail that it answers. */
  readonly answers: (fields: HeaderFields) => boolean;
  /** When the mail server received it: a signature that has run out since then is good. */
  readonly receivedAt: Date;
}

/** What the types of the library leave out. */
const verified = z.array(
  z.object({
    signingDomain: z.string().default(''),
    status: z.object({ result: z.string(), comment: z.string().exactOptional() }),
    signingHeaders: z.object({ headers: z.array(z.string()) }).exactOptional(),
    rr: z.string().exactOptional(),
  }),
);

/**
 * Verifies the signatures of a mail itself (DKIM, RFC 6376), for where its receiver does not say what it found.
 *
 * One must be by the domain of the sender, over the whole body, and over the From and a field that names the mail which
 * is answered: otherwise any mail that the sender ever signed could be sent again with such a field added.
 */
export async function dkimEvidence(mail: SignedMail, resolveTxt: ResolveTxt): Promise<Evidence> {
  const { sender, source, receivedAt } = mail;
  const evidence = (verdict: Evidence['verdict'], text: string): Evidence => ({
    verdict,
    text: `${text} (DKIM)`,
  });
  const { message, problem } = onlySignatures(source, (domain) =>
    isAligned(domain, domainOf(sender), 'relaxed'),
  );
  if (problem !== undefined) return evidence('fail', problem);

  // Loaded when it is first needed: it takes 24 MB. `import()` was seen to hand out such a library before it was ready.
  const { dkimVerify }: typeof import('mailauth/lib/dkim/verify.js') = load('mailauth/lib/dkim/verify.js');
  const { results, headerFrom } = await dkimVerify(message, {
    resolver: onceSilent(resolveTxt),
    curTime: receivedAt,
  });
  if (headerFrom.length !== 1 || headerFrom[0]?.toLowerCase() !== sender)
    return evidence('fail', 'the From can be read in two ways');
  const said: string[] = [];
  let isLater = false;
  for (const { status, signingDomain, signingHeaders, rr } of verified.parse(results)) {
    const found = `dkim=${status.result} of ${signingDomain}${status.comment ? `: ${status.comment}` : ''}`;
    if (status.result === 'temperror') isLater = true;
    if (status.result !== 'pass') said.push(found);
    else if (!isAligned(signingDomain, domainOf(sender), 'relaxed'))
      said.push(`${found}, which is not the domain of the sender`);
    else if (!isForMail(rr)) said.push(`${found}, by a key that is for tests or not for mail`);
    else {
      const lines = [...(signingHeaders?.headers ?? []), '', ''].join('\r\n');
      const signed = readHeaderFields(Buffer.from(lines));
      if (oneSender(signed) === sender && mail.answers(signed))
        return evidence('pass', `dkim=pass of ${signingDomain}`);
      said.push(`${found}, which does not cover what names the mail that is answered`);
    }
  }
  return evidence(isLater ? 'later' : 'fail', said.join('; '));
}

/** Asks no more once there was no answer: a mail must not cost the time limit of each of its signatures. */
function onceSilent(resolveTxt: ResolveTxt): (name: string) => Promise<string[][]> {
  let silence: unknown;
  return async (name) => {
    if (silence) throw silence;
    try {
      return (await resolveTxt(name)).map((parts) => [...parts]);
    } catch (thrown) {
      const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
      // The sender chose the name: one that the DNS cannot have is none that its server will tell of later.
      if (code === 'EBADNAME')
        throw Object.assign(new Error('no such name', { cause: thrown }), { code: 'ENOTFOUND' });
      if (code !== 'ENOTFOUND' && code !== 'ENODATA') silence = thrown;
      throw thrown;
    }
  };
}

/** Whether the flags and services of a key record (RFC 6376 section 3.6.1) allow what it signs to count. */
function isForMail(record = ''): boolean {
  const tag = (name: string) =>
    new RegExp(`(?:^|;)\\s*${name}\\s*=([^;]*)`, 'i').exec(record)?.[1]?.toLowerCase().split(':') ?? [];
  const services = tag('s').map((each) => each.trim());
  const isTest = tag('t').some((each) => each.trim() === 'y');
  return !isTest && (services.length === 0 || services.some((each) => each === '*' || each === 'email'));
}
