import { posix, win32 } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isWithin } from '../../src/cli/is-within.js';

test('A folder is within itself, and so is what lies below it', () => {
  for (const path of ['/data', '/data/a', '/data/a/../b', '/data/..a'])
    assert.ok(isWithin('/data', path, posix), path);
  for (const path of ['C:\\data', 'c:\\DATA\\a']) assert.ok(isWithin('C:\\data', path, win32), path);
});

test('What lies beside it, above it or on another drive is not', () => {
  for (const path of ['/', '/data2', '/other/data', '/data/../b'])
    assert.not.ok(isWithin('/data', path, posix), path);
  for (const path of ['C:\\', 'C:\\data2', 'D:\\data', 'D:\\', '\\\\server\\share\\data'])
    assert.not.ok(isWithin('C:\\data', path, win32), path);
});

test.run();
