/** The path of a setting: keys and indexes, from the top of the settings. */
export type SettingPath = readonly (string | number)[];

/** Says in words where a setting comes from; undefined where nobody has written it. */
export type SettingOrigin = (path: SettingPath) => string | undefined;

/**
 * Makes what knows where settings come from.
 *
 * `raw` is the settings as they were written, secrets not in place: of those only the names of their variables and
 * files are told. `source` says where a path stands, such as `ackmail.yaml:12`; a host that has no file has none.
 */
export function createSettingOrigin(
  raw: unknown,
  source: (path: SettingPath) => string | undefined = () => undefined,
): SettingOrigin {
  return (path) => {
    const written = path.reduce(member, raw);
    if (written === undefined || written === null) return undefined;
    const place = source(path) ?? 'the settings';
    const named = typeof written === 'string' ? [...written.matchAll(/\$\{(env|file):([^}]+)\}/g)] : [];
    if (named.length === 0) return place;
    const names = named.map(
      ([, kind, name]) => `${kind === 'env' ? 'the environment variable' : 'the file'} ${name}`,
    );
    return `${names.join(' and ')}, named in ${place}`;
  };
}

function member(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}
