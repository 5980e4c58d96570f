// A monitoring host in a few lines: it loads the plugin through its manifest, raises an alert, prints the
// acknowledgement and a report with the system errors on top. Settings: ackmail.json, or the file named first.
import { readFile } from 'node:fs/promises';
import { EventEmitter } from 'eventemitter3';
import type { MonitorHost, PluginInstance } from '../src/index.js';

const manifestUrl = new URL('../plugin.json', import.meta.url);
const manifest: { main: string; register: string } = JSON.parse(await readFile(manifestUrl, 'utf8'));
const plugin: Record<string, (host: MonitorHost) => Promise<PluginInstance>> = await import(
  new URL(manifest.main, manifestUrl).href
);

const [file = 'ackmail.json'] = process.argv.slice(2);
const events = new EventEmitter();
const acknowledged = new Promise<void>((resolve) => events.on('acknowledgement', () => resolve()));

const instance = await plugin[manifest.register]?.({
  apiVersion: 1,
  name: 'minimal-host',
  settings: JSON.parse(await readFile(file, 'utf8')),
  dataDir: process.env['DATA_DIR'] ?? './data',
  log: { debug() {}, info() {}, warn: console.error, error: console.error },
  events,
  async acknowledge({ author, comment }, alerts) {
    for (const alert of alerts) console.log(`${author} acknowledges ${alert.fingerprint}: ${comment}`);
    return 'acknowledged';
  },
});
if (!instance) throw new Error(`${manifest.main} has no ${manifest.register}`);
for (const change of ['system-error', 'system-error-cleared']) events.on(change, printReport);
await instance.start();

printReport();

await instance.handleAlerts([
  {
    id: `disk-${Date.now()}`,
    kind: 'fired',
    at: new Date(),
    alert: {
      fingerprint: 'minimal-host/disk/db1',
      source: 'minimal-host',
      labels: { alertname: 'DiskFull', instance: 'db1' },
      annotations: { summary: 'The disk of db1 is 95 % full', value: '95 %' },
      severity: 'critical',
      startsAt: new Date(),
    },
  },
]);
await acknowledged;
await instance.stop();

function printReport(): void {
  const report = { header: ['Daily report: 1 check, 1 problem'] };
  events.emit('report', report);
  console.log(report.header.join('\n'));
}
