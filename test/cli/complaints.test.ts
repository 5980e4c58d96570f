import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { complaints } from '../../src/cli/init/complaints.js';

test('What is typed is held to the schema of the settings at once, with a sentence on what is wanted', () => {
  const right: readonly (readonly [keyof typeof complaints, string])[] = [
    ['address', 'alerts@example.com'],
    ['addresses', 'a@example.com, b@example.com; c@example.com'],
    ['optionalAddresses', ''],
    ['tenant', 'contoso.com'],
    ['endpoint', 'https://login.example.com/realms/mail'],
    ['endpoint', 'http://127.0.0.1:9000'],
    ['date', ''],
    ['date', '2028-02-29'],
    ['listen', '127.0.0.1:8025'],
    ['publicUrl', 'https://monitor.example.com/ackmail'],
    ['hostAndPort', 'smtp.example.com:587'],
    ['hostAndPort', '[::1]'],
    ['authservId', 'mx.example.com'],
  ];
  for (const [kind, typed] of right) assert.is(complaints[kind](typed), undefined, `${kind} ${typed}`);
  const wrong: readonly (readonly [keyof typeof complaints, string])[] = [
    ['address', ''],
    ['address', 'alerts'],
    ['address', 'a@example.com\u001b[2J'],
    ['addresses', 'a@example.com, nobody'],
    ['addresses', ' , '],
    ['tenant', 'contoso.com/../x'],
    ['endpoint', 'http://login.example.com'],
    ['endpoint', 'javascript:alert(1)'],
    ['endpoint', 'https://somebody:secret@login.example.com'],
    ['date', '2028-02-30'],
    ['date', 'tomorrow'],
    ['listen', '8025'],
    ['listen', '127.0.0.1:99999'],
    ['publicUrl', 'http://monitor.example.com'],
    ['publicUrl', 'monitor.example.com'],
    ['hostAndPort', 'smtp.example.com:99999'],
    ['hostAndPort', 'smtp example.com'],
    ['hostAndPort', 'smtp.example.com:0'],
    ['authservId', 'mx example'],
  ];
  for (const [kind, typed] of wrong) {
    const said = complaints[kind](typed);
    assert.match(said ?? '', /^[A-Z].+\.$/, `${kind} ${JSON.stringify(typed)}: ${said}`);
    assert.not.match(said ?? '', /[\u0000-\u001f]|secret/);
  }
});

test.run();
