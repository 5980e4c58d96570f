/** The library's patterns need time that grows steeply with these; a person's own words stand at the top. */
const mostCharacters = 16_000;
const mostLines = 200;
const longestLine = 600;
const longestHtml = 200_000;

/** What a person wrote in a mail. */
export interface ReplyText {
  /** The sender's own words, without quotes and signature, lines ending in LF; may be empty. */
  readonly ownWords: string;
}

/**
 * Reads the sender's own words out of a message, which may have been cut.
 *
 * Plain text is taken where there is some, else the text of the HTML. Attachments and embedded messages are not
 * read. Throws when the message cannot be taken apart.
 */
export async function readReplyText(source: Buffer): Promise<ReplyText> {
  const { simpleParser } = await import('mailparser');
  const { text = '' } = await simpleParser(source, {
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
    keepCidLinks: true,
    ignoreEmbedded: true,
    keepDeliveryStatus: true,
    checksumAlgo: false,
    maxHtmlLengthToParse: longestHtml,
    // The parser counts 64 bytes at least for every line of a header; the source is capped already.
    maxHeadSize: 64 * (source.length + 1),
    maxChildNodes: 500,
  });
  const { default: EmailReplyParser } = await import('email-reply-parser');
  return { ownWords: new EmailReplyParser().read(bounded(text)).getVisibleText().trim() };
}

/** The text with lines and length that the patterns can take, whatever was sent. */
function bounded(text: string): string {
  return text
    .slice(0, mostCharacters)
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .flatMap((line) => {
      const short = line.replace(/[^\S\n]+/gu, ' ').trimEnd();
      return short.length > longestLine ? (short.match(pieces) ?? []) : [short];
    })
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .split('\n')
    .slice(0, mostLines)
    .join('\n');
}

const pieces = new RegExp(`.{1,${longestLine}}`, 'gsu');
