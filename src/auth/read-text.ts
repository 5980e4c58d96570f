/**
 * The body of an answer as text, of which nothing after `mostBytes` is read.
 *
 * Throws an error with a line for people when there is more, and whatever the connection ends with.
 */
export async function readText(response: Response, mostBytes = 4_000_000): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the body.
    if (bytes > mostBytes) throw new Error(`the answer is longer than ${mostBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
