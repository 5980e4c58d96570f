/**
 * The body of a request, or undefined when it is longer than `maxLength` bytes: then at most that much was
 * taken into memory, and nothing at all when the length is announced.
 */
export async function readBody(request: Request, maxLength: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > maxLength) return undefined;
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body) {
    length += chunk.byteLength;
    if (length > maxLength) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
