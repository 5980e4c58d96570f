import { page } from './page.js';

/** A page of one heading and one paragraph. */
export function noticePage({ title, text }: { readonly title: string; readonly text: string }) {
  return page({ title, children: <p>{text}</p> });
}
