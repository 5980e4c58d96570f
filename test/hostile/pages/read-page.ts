import { Parser } from 'htmlparser2';

/** What a page is, as a parser reads it. */
export interface ReadPage {
  /** What no page of ours may hold, one line for each. */
  readonly faults: readonly string[];
  /** All text that a person can read, and the values of fields. */
  readonly text: string;
  readonly links: readonly string[];
  readonly forms: readonly ReadForm[];
}

/** A form that is sent by POST, with the values that stand in it. */
export interface ReadForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

const elements = new Set(
  [
    'html head meta title link script body a header nav main footer section article h1 h2 h3 h4 p ul ol li dl dt dd',
    'table caption thead tbody tfoot tr th td form fieldset legend label input select option textarea button details',
    'summary span div time code pre strong em b small br hr progress output svg g rect line path polyline circle text',
    'figure figcaption search cite blockquote style',
  ]
    .join(' ')
    .split(' '),
);
const addresses = new Set(['href', 'src', 'action']);
const forbidden = new Set([
  'style',
  'srcdoc',
  'formaction',
  'background',
  'ping',
  'xlink:href',
  'http-equiv',
  'nonce',
]);

/** Reads a page and tells what is wrong in it: elements and attributes that we do not write, and addresses that run. */
export function readPage(html: string): ReadPage {
  const faults: string[] = [];
  const links: string[] = [];
  const forms: ReadForm[] = [];
  let text = '';
  let within = '';
  const parser = new Parser({
    onopentag(name, attributes) {
      within = name;
      if (!elements.has(name)) faults.push(`element ${name}`);
      if (name === 'script' && !/^\/(\w+\/)?assets\//.test(attributes['src'] ?? '')) faults.push('a script');
      if (attributes['target'] === '_blank' && !/noopener/.test(attributes['rel'] ?? ''))
        faults.push('an opener');
      for (const [attribute, value] of Object.entries(attributes)) {
        if (/^(on|xss)/.test(attribute) || forbidden.has(attribute)) faults.push(`attribute ${attribute}`);
        if (addresses.has(attribute) && !isHarmless(value)) faults.push(`${name} leads to ${value}`);
      }
      if (name === 'a' && attributes['href'] !== undefined) links.push(attributes['href']);
      if (name === 'form' && attributes['method'] === 'post')
        forms.push({ action: attributes['action'] ?? '', fields: {} });
      const form = forms.at(-1);
      const { name: field, value = '' } = attributes;
      if (form && field !== undefined && ['input', 'button'].includes(name)) {
        forms[forms.length - 1] = { ...form, fields: { ...form.fields, [field]: value } };
        text += `\n${value}`;
      }
    },
    ontext(words) {
      if (within === 'script' && words.trim() !== '') faults.push('the text of a script');
      if (within === 'style' && /field-|xss/.test(words)) faults.push('a style that others wrote');
      text += words;
    },
    onclosetag() {
      within = '';
      text += '\n';
    },
  });
  parser.end(html);
  return { faults, text, links, forms };
}

function isHarmless(address: string): boolean {
  if (/^(\/(?![/\\])|[#?]|$)/.test(address)) return true;
  return URL.canParse(address) && /^https?:\/\//.test(address);
}
