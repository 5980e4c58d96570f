const longestRead = 2_048;

/**
 * The first of the words that stands in the answer to a webhook, of which no more than 2 kB are read; undefined when
 * none does. Only words that we know come out of it: an answer may hold anything.
 */
export async function refusalWord(response: Response, words: readonly string[]): Promise<string | undefined> {
  const text = words.length === 0 ? '' : await beginningOf(response);
  await response.body?.cancel().catch(() => {});
  return words.find((word) => new RegExp(`\\b${word}\\b`).test(text));
}

async function beginningOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  try {
    while (reader && length < longestRead) {
      const { value } = await reader.read();
      if (value === undefined) break;
      chunks.push(value);
      length += value.length;
    }
  } catch {
    // The status has said the most already.
  } finally {
    reader?.releaseLock();
  }
  return Buffer.concat(chunks).toString('latin1', 0, longestRead);
}
