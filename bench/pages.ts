import { measurePages } from './measure-pages.js';

// Prints how long each page of the console takes, in milliseconds.

const pages: { readonly page: string; readonly ms: number }[] = [];
await measurePages((page, ms) => pages.push({ page, ms: Number(ms.toPrecision(3)) }));
console.table(pages);
