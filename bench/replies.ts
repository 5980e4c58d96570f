import { fileURLToPath } from 'node:url';
import { measureReplyText } from './measure-reply-text.js';

// Prints how well the own words of people are read out of their replies; with --json, as one flat object of names to
// numbers and nothing else.

const corpora = { corpus: '../test/corpora/reply-text', own: '../test/ack/reply-text' };
const figures: Record<string, number> = {};
for (const [name, folder] of Object.entries(corpora)) {
  const found = await measureReplyText(fileURLToPath(new URL(folder, import.meta.url)));
  figures[`replies.${name}.mails`] = found.mails;
  figures[`replies.${name}.ownTextEqual`] = found.ownTextEqual;
  figures[`replies.${name}.firstLineEqual`] = found.firstLineEqual;
  for (const file of found.wrong) console.error(`read wrong: ${folder.slice(3)}/mail/${file}`);
}
if (process.argv.includes('--json')) console.log(JSON.stringify(figures));
else console.table(Object.entries(figures).map(([figure, value]) => ({ figure, value })));
