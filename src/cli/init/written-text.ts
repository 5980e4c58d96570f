import { relative, sep } from 'node:path';
import { styleFor } from '../style.js';
import type { Terminal } from '../terminal.js';
import type { InitAnswers } from './answers.js';
import type { WrittenSettings } from './write-settings.js';

/** What is said when the settings are written: which files there are, and what the monitor needs. */
export function writtenText(
  { file, secrets }: WrittenSettings,
  { alertmanager, listen }: InitAnswers,
  terminal: Pick<Terminal, 'rich' | 'cwd'>,
): string {
  const { good } = styleFor(terminal);
  const shown = (path: string) => {
    const near = relative(terminal.cwd, path);
    return near.startsWith(`..${sep}`) ? path : near;
  };
  const monitorSecret = secrets.find((path) => path.endsWith('.monitor-secret'));
  const credentials = monitorSecret
    ? `credentials_file: ${monitorSecret}`
    : 'credentials: the secret of monitors in the settings';
  return [
    `${good('Written')}: ${shown(file)}${secrets.length > 0 ? `, and the secrets ${secrets.map(shown).join(', ')} (readable for you only)` : ''}.`,
    ...(alertmanager
      ? [
          '',
          'For alertmanager.yml (Alertmanager must be able to read that file; give it a copy of its own):',
          '',
          '  receivers:',
          '    - name: ackmail',
          '      webhook_configs:',
          `        - url: http://${listen.replace(/^(0\.0\.0\.0|\[::\])/, '127.0.0.1')}/monitors/${alertmanager.name}`,
          `          http_config: { authorization: { ${credentials} } }`,
        ]
      : []),
    '',
    '',
  ].join('\n');
}
