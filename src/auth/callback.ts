/** What a browser brings back from an authorization server (RFC 6749 section 4.1.2, RFC 9207). */
export interface Callback {
  readonly state: string;
  readonly code?: string;
  readonly error?: string;
  readonly errorDescription?: string;
  readonly iss?: string;
}

const longestCallback = 32_768;

/**
 * Reads the address that a browser ended on, as it stands in its address bar or as a person pasted it: with
 * white space, brackets or quotes around it, with line breaks in it, or only the part after the question mark.
 *
 * Undefined for what is no answer of an authorization server; also where a parameter comes twice (RFC 6749
 * section 3.1).
 */
export function readCallback(text: string): Callback | undefined {
  if (text.length > longestCallback) return undefined;
  const line = text.replace(/\s+/g, '').replace(/^[<"'`]{1,4}|[>"'`]{1,4}$/g, '');
  const query = /^[^?]*\?([^#]*)/.exec(line)?.[1] ?? line;
  const parameters = new URLSearchParams(query);
  const twice = ['state', 'code', 'error', 'iss'].some((name) => parameters.getAll(name).length > 1);
  const state = parameters.get('state');
  if (twice || !state) return undefined;
  const code = parameters.get('code');
  const error = parameters.get('error');
  const errorDescription = parameters.get('error_description');
  const iss = parameters.get('iss');
  return {
    state,
    ...(code ? { code } : {}),
    ...(error ? { error } : {}),
    ...(errorDescription ? { errorDescription } : {}),
    ...(iss ? { iss } : {}),
  };
}
