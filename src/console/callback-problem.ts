const longestUrl = 16_384;

/** What is wrong with the form of a callback, before anybody looks at what it says; undefined when nothing is. */
export function callbackProblem(
  url: string,
): { readonly text: string; readonly status: 400 | 414 } | undefined {
  if (url.length > longestUrl)
    return { text: 'The address is too long for an answer of an authorization server.', status: 414 };
  const names = [...new URL(url).searchParams.keys()];
  // RFC 6749 section 3.1: response parameters must not be included more than once.
  if (new Set(names).size < names.length)
    return {
      text: 'The address holds a parameter twice. Start again from the authorization URL.',
      status: 400,
    };
  if (!names.includes('state') || !(names.includes('code') || names.includes('error')))
    return {
      text:
        'This is where a browser arrives after a sign-in, and the address holds no answer of an ' +
        'authorization server. Start again from the authorization URL.',
      status: 400,
    };
  return undefined;
}
