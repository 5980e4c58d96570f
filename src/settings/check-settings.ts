import type { ZodError } from 'zod';
import { Fault } from '../core/fault.js';
import { type Settings, settingsSchema } from '../core/settings.js';
import { crossCheck } from './cross-check.js';
import { expandSecrets, type SecretSources } from './expand-secrets.js';

/** One thing that is wrong with the settings. */
export interface SettingsIssue {
  readonly path: readonly (string | number)[];
  /** What is wrong and what to write instead. */
  readonly message: string;
}

/** Says where a path of the settings stands, such as `ackmail.yaml:12`. */
export type Locate = (path: readonly (string | number)[]) => string | undefined;

/**
 * Checks the settings as a user wrote them, and puts the secrets in place.
 *
 * Throws `CONFIG_INVALID` with everything that is wrong, each with its path (and its line where `locate` knows
 * it), or `CONFIG_SECRET_MISSING`.
 */
export async function checkSettings(
  raw: unknown,
  sources: SecretSources,
  locate: Locate = () => undefined,
): Promise<Settings> {
  const parsed = settingsSchema.safeParse(await expandSecrets(raw ?? {}, sources));
  const issues = parsed.success ? crossCheck(parsed.data) : readable(parsed.error);
  if (!parsed.success || issues.length > 0) {
    const lines = issues.map(({ path, message }) => {
      const name = path.join('.') || 'the settings';
      const place = locate(path);
      return place ? `${place}: ${name}: ${message}` : `${name}: ${message}`;
    });
    throw new Fault('CONFIG_INVALID', { detail: lines.join('\n  ') });
  }
  return parsed.data;
}

function readable(error: ZodError): SettingsIssue[] {
  return error.issues.flatMap((issue): SettingsIssue[] => {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: 'there is no such setting; check its spelling',
      }));
    if (issue.code === 'invalid_union' && issue.errors.length === 0)
      return [{ path, message: 'is not a type that there is' }];
    if (issue.code === 'invalid_key')
      return [{ path, message: `is not ${issue.issues[0]?.message ?? 'a valid name'}` }];
    if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
      return [{ path, message: `is missing (${issue.expected})` }];
    return [
      { path, message: zodsOwn.test(issue.message) ? lowerFirst(issue.message) : `is not ${issue.message}` },
    ];
  });
}

// Messages of our schema name what is wanted; zod's own are whole sentences.
const zodsOwn = /^(Invalid|Too) /;

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
