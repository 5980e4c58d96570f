/** A page that comes in piece by piece. */
export interface ReadPage {
  /** Reads on until a text stands in the page, and answers all that came so far; throws where the page ends without it. */
  until(text: string): Promise<string>;
  /** Reads to the end, and answers the whole page. */
  rest(): Promise<string>;
  /** Goes away. */
  leave(): Promise<void>;
}

/** Reads the body of an answer as it comes. */
export function readPage({ body }: Response): ReadPage {
  if (!body) throw new Error('The answer has no body.');
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let page = '';
  const more = async () => {
    const { done, value } = await reader.read();
    page += decoder.decode(value, { stream: true });
    return !done;
  };
  return {
    async until(text) {
      while (!page.includes(text))
        if (!(await more())) throw new Error(`The page ended without "${text}":\n${page}`);
      return page;
    },
    async rest() {
      while (await more());
      return page;
    },
    leave: () => reader.cancel(),
  };
}
