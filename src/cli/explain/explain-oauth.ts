import { classifyRefusal } from '../../auth/refusals.js';
import { aadstsRefusals } from '../../core/refusals/aadsts-refusals.js';
import { oauthRefusals } from '../../core/refusals/oauth-refusals.js';
import type { Explanation } from './explanation.js';

/** The parts of an answer of an authorization server that a text holds. */
export interface OAuthParts {
  readonly error?: string;
  readonly description: string;
  readonly numbers: readonly number[];
  readonly subtype?: string;
}

const isKnownNumber = (number: number) => aadstsRefusals.some(({ codes }) => codes.includes(number));
const isKnownError = (error: string) => Object.hasOwn(oauthRefusals, error);

/**
 * Explains the refusal of an authorization server in a text: a JSON body, an address with `error=`, a page or a log
 * line with an AADSTS number or the name of an OAuth error. Undefined when there is none, or none that is known.
 */
export function explainOAuth(text: string): Explanation | undefined {
  const { error, description, numbers, subtype } = oauthParts(text);
  const status = passingStatus(text);
  const isKnown = numbers.some(isKnownNumber) || (error !== undefined && isKnownError(error));
  if (!isKnown && status === undefined) return undefined;
  const refusal = classifyRefusal({
    ...(status === undefined ? {} : { status }),
    body: {
      error: error ?? 'unnamed',
      error_description: description,
      error_codes: numbers.toSorted((a, b) => Number(isKnownNumber(b)) - Number(isKnownNumber(a))),
      ...(subtype === undefined ? {} : { error_subtype: subtype }),
    },
  });
  const { class: asksFor, code, reason, remedy } = refusal;
  return { class: asksFor, code, meaning: reason.replace(` (${code})`, ''), remedy };
}

/** Finds the parts of an answer in JSON (whole, cut off or escaped), in an address, or named in a line. */
export function oauthParts(text: string): OAuthParts {
  const plain = text.replaceAll('\\"', '"');
  const inJson = (name: string) =>
    new RegExp(`["']${name}["']\\s{0,9}:\\s{0,9}["']([^"'\\r\\n]{1,2000})`).exec(plain)?.[1];
  const inAddress = (name: string) => {
    const found = new RegExp(`(?:^|[?&#\\s])${name}=([^&\\s#"'<>]{1,2000})`).exec(plain)?.[1];
    return found === undefined ? undefined : decoded(found);
  };
  const part = (name: string) => inJson(name) ?? inAddress(name);
  const named = Object.keys(oauthRefusals).find(
    (error) => error.includes('_') && new RegExp(`(?<![\\w-])${error}(?![\\w-])`).test(plain),
  );
  const error = [part('error'), named].find((each) => each !== undefined && /^[\w.:/ -]{1,80}$/.test(each));
  const subtype = part('error_subtype');
  return {
    ...(error === undefined ? {} : { error }),
    description: part('error_description') ?? '',
    numbers: numbersIn(plain),
    ...(subtype === undefined ? {} : { subtype }),
  };
}

/** The AADSTS numbers, also those of `error_codes` and of the page that Microsoft shows. */
function numbersIn(text: string): readonly number[] {
  const numbers = [...text.matchAll(/AADSTS(\d{4,8})/gi)].map(([, number]) => Number(number));
  const list = /error_codes["']?\s{0,9}:\s{0,9}\[([\d,\s]{1,200})\]/.exec(text)?.[1]?.match(/\d+/g) ?? [];
  const page = /error code:?\s{0,9}(\d{5,7})\b/i.exec(text)?.[1];
  const told = page !== undefined && isKnownNumber(Number(page)) ? [Number(page)] : [];
  return [...new Set([...numbers, ...list.map(Number), ...told])];
}

/** An HTTP status that says "later" (RFC 9110 section 15). */
function passingStatus(text: string): number | undefined {
  const found = /\b(?:HTTP(?:\/\d(?:\.\d)?)?|status ?code)["':= ]{1,4}(408|429|5\d\d)\b/i.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
