import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { parse } from 'uvu/parse';
import { secretMark } from './helpers/check-for-leaks.js';

// Runs every *.test.ts below a folder, each file in a process of its own with a time limit.
// A file that runs no test has failed, and one that prints a secret of the tests.
// Usage: tsx test/run.ts FOLDER [--without NAME,NAME] [--show]; with --show it prints what the files print, also where all is well.

interface FileResult {
  readonly passed: number;
  readonly failed: number;
  readonly output: string;
}

const fileLimitMs = 10 * 60_000;
const [folder = 'test', ...options] = process.argv.slice(2);
const without = options.includes('--without')
  ? (options[options.indexOf('--without') + 1] ?? '').split(',')
  : [];
const shows = options.includes('--show');

const { suites } = await parse(folder, /\.test\.tsx?$/);
const files = suites
  .map((suite) => relative(process.cwd(), suite.file))
  .filter((file) => !without.some((name) => file.startsWith(`${folder}/${name}/`)))
  .sort();
if (files.length === 0) {
  console.error(`No test file below ${folder}.`);
  process.exit(1);
}

// Live tests share the machine's servers, and browsers take all of its cores, so they run one after another.
const lanes = /live|browser/.test(folder) ? 1 : Math.max(2, Math.min(4, availableParallelism()));
const results: FileResult[] = [];
const queue = [...files];
await Promise.all(
  Array.from({ length: lanes }, async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const startedAt = Date.now();
      const result = await runFile(file);
      results.push(result);
      const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
      console.log(`${result.failed ? 'FAIL' : 'ok  '} ${file} (${result.passed} tests, ${seconds} s)`);
      if (result.failed || shows) console.log(result.output);
    }
  }),
);

const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function runFile(file: string): Promise<FileResult> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      env: { ...process.env, FORCE_COLOR: '0', NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    const timer = setTimeout(() => {
      output += `\n${file} was still running after ${fileLimitMs / 60_000} minutes.`;
      child.kill('SIGKILL');
    }, fileLimitMs);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(judge(file, output, code));
    });
  });
}

/** Reads uvu's closing lines; what they do not account for is a failure. */
function judge(file: string, output: string, code: number | null): FileResult {
  const count = (label: string) => {
    const found = [...output.matchAll(new RegExp(`^\\s*${label}:\\s+(\\d+)`, 'gm'))].at(-1)?.[1];
    return found === undefined ? 0 : Number(found);
  };
  const total = count('Total');
  const passed = count('Passed');
  const skipped = count('Skipped');
  if (total === 0)
    return { passed: 0, failed: 1, output: `${output}\n${file} ran no test: is .run() forgotten?` };
  if (skipped > 0)
    return { passed, failed: skipped, output: `${output}\n${file} skips tests; none may be skipped.` };
  if (code === 0 && output.includes(secretMark))
    return { passed, failed: 1, output: `${output}\n${file} prints a secret.` };
  const failed = Math.max(total - passed, code === 0 ? 0 : 1);
  return { passed, failed, output };
}
