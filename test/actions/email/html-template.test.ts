import { DomUtils, parseDocument } from 'htmlparser2';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type DigestView, digestView } from '../../../src/actions/email/digest-view.js';
import { type MailView, mailView } from '../../../src/actions/email/mail-view.js';
import { sampleDigest } from '../../../src/actions/email/sample-digest.js';
import { sampleEvent, sampleKinds } from '../../../src/actions/email/sample-event.js';
import { openTemplates } from '../../../src/actions/email/templates.js';
import type { AlertEvent } from '../../../src/core/alert.js';
import { buttonOf } from '../../helpers/press-button.js';
import { testEvent } from './parts.js';

// What mail programs do to HTML: Outlook for Windows has the engine of Word, Gmail clips and removes style sheets,
// Apple Mail and Outlook.com have a dark mode.

const now = new Date('2026-03-01T03:00:00Z');
const templates = openTemplates<MailView>({ onTrouble: async () => {} });
const digests = openTemplates<DigestView>({ prefix: 'digest-', onTrouble: async () => {} });
type Element = ReturnType<typeof DomUtils.getElementsByTagName>[number];

const replyTo = 'alerts+reference@example.com';
const frame = { tag: '#abc', replyTo, expiresMs: 3_600_000, timeZone: 'UTC', now };

async function htmlOf(event: AlertEvent): Promise<string> {
  return (await templates.render(mailView({ ...frame, events: [event] }))).html;
}

async function digestOf(events: readonly AlertEvent[]): Promise<string> {
  return (await digests.render(digestView({ ...frame, events }).view)).html;
}

/** The mail about each of the samples, as all programs but Outlook for Windows see it. */
async function samples(): Promise<readonly { kind: string; html: string; elements: Element[] }[]> {
  return Promise.all(
    [...sampleKinds, 'digest' as const].map(async (kind) => {
      const html =
        kind === 'digest' ? await digestOf(sampleDigest(now)) : await htmlOf(sampleEvent(kind, now));
      return { kind, html, elements: DomUtils.getElementsByTagName('*', parseDocument(html)) };
    }),
  );
}

/** The same as Outlook for Windows sees it: with what stands in conditional comments. */
function asWordSeesIt(html: string): Element[] {
  const shown = html.replace(/<!--\[if mso\]>(.*?)<!\[endif\]-->/gs, '$1');
  return DomUtils.getElementsByTagName('*', parseDocument(shown));
}

function styleOf(element: Element): Readonly<Record<string, string>> {
  const pairs = (element.attribs['style'] ?? '').split(';').map((each) => each.split(':'));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name.trim(), value.trim()]));
}

function within(element: Element, outer: Element): boolean {
  return DomUtils.getElementsByTagName('*', outer.children).includes(element);
}

/** Contrast of two colours such as `#0b57d0` (WCAG 2.2, "contrast ratio"). */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

test('every tag is closed, and nothing but plain elements is used', async () => {
  const known = 'html head meta title body table tr td a strong br'.split(' ');
  for (const { html, kind } of await samples()) {
    const names = asWordSeesIt(html).map(({ name }) => name);
    assert.equal(
      [...new Set(names)].filter((name) => ![...known, 'style'].includes(name)),
      [],
      kind,
    );
    for (const name of ['table', 'tr', 'td', 'a', 'strong', 'head', 'body', 'html'])
      assert.is(
        html.match(new RegExp(`<${name}[\\s>]`, 'g'))?.length,
        html.match(new RegExp(`</${name}>`, 'g'))?.length,
      );
    assert.is(html.match(/<!--\[if mso\]>/g)?.length, html.match(/<!\[endif\]-->/g)?.length);
  }
});

test('every table is there for the layout alone and says so', async () => {
  for (const { html } of await samples())
    for (const table of asWordSeesIt(html).filter(({ name }) => name === 'table')) {
      assert.is(table.attribs['role'], 'presentation');
      assert.equal(
        ['cellspacing', 'cellpadding', 'border'].map((name) => table.attribs[name]),
        ['0', '0', '0'],
      );
    }
});

test('all styles stand in the elements: a program that removes style sheets changes nothing', async () => {
  for (const { html, elements } of await samples()) {
    assert.not.ok(
      elements.some(({ name, attribs }) => name === 'style' || name === 'link' || attribs['class']),
    );
    assert.not.match(html, /url\(|<img|<script|@import|src=/);
  }
});

test('light and dark are declared, and a colour never comes alone', async () => {
  for (const { elements, kind } of await samples()) {
    const meta = (name: string) =>
      elements.find((each) => each.name === 'meta' && each.attribs['name'] === name)?.attribs['content'];
    assert.is(meta('color-scheme'), 'light dark');
    assert.is(meta('supported-color-schemes'), 'light dark');
    let coloured = 0;
    for (const element of elements) {
      const { color, 'background-color': own, background } = styleOf(element);
      assert.is(background, undefined, 'Word does not know the short form everywhere');
      assert.is(element.attribs['bgcolor'], undefined);
      if (color === undefined && own === undefined) continue;
      // A link has a colour of its own from every program, so it is coloured itself.
      const [inner] = DomUtils.getElementsByTagName('a', element.children);
      const parent = element.parent && 'attribs' in element.parent ? styleOf(element.parent) : {};
      const text = (inner && styleOf(inner)['color']) ?? color ?? '';
      const ground = own ?? parent['background-color'] ?? '';
      assert.match(text, /^#[0-9a-f]{6}$/, `${kind}: ${element.name}`);
      assert.match(ground, /^#[0-9a-f]{6}$/, `${kind}: ${element.name}`);
      coloured += 1;
      assert.ok(contrast(text, ground) >= 4.5, `${kind}: ${text} on ${ground}`);
      // A program that turns the colours round turns both.
      const turned = (colour: string) =>
        `#${[1, 3, 5].map((at) => (255 - Number.parseInt(colour.slice(at, at + 2), 16)).toString(16).padStart(2, '0')).join('')}`;
      assert.ok(contrast(turned(text), turned(ground)) >= 4.5, `${kind}: turned ${text} on ${ground}`);
    }
    assert.ok(coloured > 0, kind);
  }
});

test('Outlook gets a fixed width, cells with padding and line breaks in place of what Word does not know', async () => {
  for (const { html, elements, kind } of await samples()) {
    const word = asWordSeesIt(html);
    const [outermost] = word.filter(({ name }) => name === 'table');
    assert.is(outermost?.attribs['width'], '640');
    assert.is(elements.find(({ name }) => name === 'table')?.attribs['width'], '100%');
    for (const element of word) {
      const style = styleOf(element);
      const hasPadding = Object.keys(style).some((name) => name.startsWith('padding'));
      if (hasPadding) assert.ok(['td', 'body'].includes(element.name), `${kind}: padding on ${element.name}`);
      assert.is(style['display'], undefined);
      assert.is(style['float'] ?? style['position'], undefined);
      assert.is(style['vertical-align'], undefined, 'the attribute valign is known everywhere');
    }
    for (const table of word.filter((each) => styleOf(each)['max-width']))
      assert.ok(outermost && within(table, outermost), 'within the fixed width');
  }
});

test('the button to sign in is a cell with padding and a background, and the URL stands below it', async () => {
  const { elements } = (await samples()).find(({ kind }) => kind === 'system-error') ?? { elements: [] };
  const url = 'https://monitor.example.com/ackmail/authorize/alerts';
  const [button, plain] = elements.filter(({ name, attribs }) => name === 'a' && attribs['href'] === url);
  const cell = button?.parent;
  assert.ok(cell && 'attribs' in cell && cell.name === 'td');
  if (cell && 'attribs' in cell) {
    assert.match(styleOf(cell)['padding'] ?? '', /^1\dpx \d\dpx$/);
    assert.match(styleOf(cell)['background-color'] ?? '', /^#/);
  }
  assert.is(plain && DomUtils.textContent(plain), url);
});

test('what a reply would acknowledge has a button: a mail that is begun, and nothing that acts when it is fetched', async () => {
  for (const { kind, html, elements } of await samples()) {
    const link = buttonOf(html);
    const isInvited = !['resolved', 'system-error'].includes(kind);
    assert.is(link !== undefined, isInvited, kind);
    assert.is(/just reply/.test(html), isInvited, kind);
    for (const { attribs } of elements)
      assert.match(attribs['href'] ?? 'mailto:', /^(mailto:|https:\/\/(prometheus|monitor)\.example\.com\/)/);
    if (link === undefined) continue;
    const words = kind === 'digest' ? 'ack%20all' : 'ack';
    assert.match(link, /^mailto:alerts%2Breference@example\.com\?subject=Re%3A%20%5B[A-Z]+%5D%20/);
    assert.ok(link.endsWith(`%20%5B%23abc%5D&body=${words}`), link);
    const [button] = elements.filter(({ attribs }) => attribs['href'] === link);
    const cell = button?.parent;
    assert.ok(cell && 'attribs' in cell && cell.name === 'td' && cell.children.length === 1, kind);
    if (cell && 'attribs' in cell) assert.match(styleOf(cell)['background-color'] ?? '', /^#/);
    const label = { acknowledged: 'Take it over', digest: 'Acknowledge all' }[kind as string];
    assert.is(button && DomUtils.textContent(button), label ?? 'Acknowledge');
  }
});

test('there is no button while replies are not read, nor where nobody can reply', async () => {
  const event = sampleEvent('firing', now);
  for (const more of [{ unreadSince: now }, { replyTo: undefined }, { expiresMs: undefined }]) {
    const { html } = await templates.render(mailView({ ...frame, ...more, events: [event] }));
    assert.not.match(html, /mailto:|just reply/);
    const { view } = digestView({ ...frame, ...more, events: sampleDigest(now) });
    assert.not.match((await digests.render(view)).html, /mailto:|just reply/);
  }
});

test('line breaks of a description are kept everywhere, and its text is escaped', async () => {
  const description = 'one\r\n<two> & "three"\n\n  four';
  const html = await htmlOf(testEvent('fired', { annotations: { summary: 'x', description } }));
  const cell = asWordSeesIt(html).find((each) => styleOf(each)['white-space'] === 'pre-wrap');
  assert.is(cell?.children.filter((child) => 'name' in child && child.name === 'br').length, 3);
  assert.is(cell && DomUtils.textContent(cell), 'one<two> & "three"  four');
  assert.not.match(html, '<two>');
});

test('whatever an alert says, the mail is smaller than what Gmail clips', async () => {
  const texts = [
    '"&<>',
    '👩‍👩‍👧‍👦',
    '漢字',
    `e${'\u0301\u0302\u0303\u0304'.repeat(4)}`,
    '\u{1F468}\u{1F3FF}',
    'a\n',
  ];
  for (const text of texts) {
    const long = text.repeat(30_000 / text.length);
    for (const count of [1, 3, 500]) {
      const many = Object.fromEntries(
        Array.from({ length: count }, (_, n) => [`${long.slice(0, 80)}${n}`, long]),
      );
      const event = testEvent('acknowledged', {
        status: 'acknowledged',
        ...{ severity: long, source: long },
        labels: { alertname: long, instance: long, ...many },
        annotations: { summary: long, description: long, value: long, ...many },
        url: `https://example.com/?${'&'.repeat(1_900)}`,
        owner: { author: long, comment: long, at: now, expiresAt: now },
      });
      const many500 = Array.from({ length: 500 }, (_, n) => ({
        ...event,
        alert: { ...event.alert, id: `${n}` },
      }));
      for (const html of [await htmlOf(event), await digestOf(many500)]) {
        const size = Buffer.byteLength(html);
        assert.ok(size < 90_000, `${size} bytes of ${JSON.stringify(text)}`);
      }
    }
  }
});

test.run();
