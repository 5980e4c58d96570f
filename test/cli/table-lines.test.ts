import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tableLines } from '../../src/cli/table-lines.js';

const titles = ['NAME', 'WHERE', 'COUNT', 'EMPTY', 'MORE'];
const rows = [
  ['ops', 'Berlin', '3', '', 'a long explanation of something'],
  ['grüße 🎉', 'Rio', '12', '', ''],
];

test('Columns are as wide as what is in them, numbers stand at the right, and empty columns are left out', () => {
  assert.equal(tableLines({ titles, rows, numbers: ['COUNT'] }), [
    'NAME     WHERE   COUNT  MORE',
    'ops      Berlin      3  a long explanation of something',
    'grüße 🎉  Rio        12',
  ]);
  assert.equal(tableLines({ titles, rows: [] }), ['']);
});

test('Where there is no room, spare columns go first, and then the widest are cut', () => {
  for (let width = 24; width < 70; width += 1)
    for (const line of tableLines({ titles, rows, width, spare: ['WHERE', 'COUNT'] }))
      assert.ok([...line].length <= width, `${width}: ${line}`);
  assert.equal(tableLines({ titles, rows, width: 40 }), [
    'NAME     WHERE   COUNT  MORE',
    'ops      Berlin  3      a long explanat…',
    'grüße 🎉  Rio     12',
  ]);
  assert.equal(tableLines({ titles, rows, width: 30, spare: ['WHERE', 'COUNT'] }), [
    'NAME     WHERE   MORE',
    'ops      Berlin  a long expla…',
    'grüße 🎉  Rio',
  ]);
});

test('Marks change no width', () => {
  const mark = (text: string) => `<${text}>`;
  const [, first] = tableLines({
    titles: ['A', 'B'],
    rows: [
      ['x', 'y'],
      ['xx', 'yy'],
    ],
    mark,
  });
  assert.is(first, '<x >  <y>');
});

test.run();
