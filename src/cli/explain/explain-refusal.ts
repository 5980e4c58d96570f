import { networkRefusals } from '../../core/refusals/network-refusals.js';
import { refusalClasses } from '../../core/refusals/refusal-classes.js';
import { explainOAuth } from './explain-oauth.js';
import { explainReply } from './explain-reply.js';
import type { Explanation } from './explanation.js';

/**
 * Explains the first refusal in a text that is known, those of authorization servers before those of mail servers,
 * and failures of the network last; undefined when there is none: nothing is made up.
 *
 * What the explanation quotes of the text is short and holds nothing that looks like a token.
 */
export function explainRefusal(text: string): Explanation | undefined {
  const found = explainOAuth(text) ?? explainReply(text) ?? explainNetwork(text);
  if (!found) return undefined;
  // Without settings nobody is known by name.
  const remedy = found.remedy.replaceAll('{user}', 'USER').replaceAll('{mailbox}', 'MAILBOX');
  return { class: found.class, code: found.code, meaning: found.meaning, remedy };
}

function explainNetwork(text: string): Explanation | undefined {
  const words = text.toLowerCase();
  const found = networkRefusals.find(({ says }) => says.some((each) => words.includes(each.toLowerCase())));
  if (!found) return undefined;
  const { class: asksFor, reason, remedy, says } = found;
  return {
    class: asksFor,
    code: says[0] ?? 'network',
    meaning: reason,
    remedy: remedy ?? refusalClasses[asksFor].remedy,
  };
}
