import { AppError } from '../errors.ts';
import type { Settings } from './contract.ts';

const units = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** PostgreSQL and Node.js timers both end there. */
const longestTimer = 2 ** 31 - 1;

/** Reads the settings of one table from an environment. All methods throw AppError `invalid_setting` that names the variable. */
export class SettingsReader<T extends Settings> {
  readonly #settings: T;
  readonly #env: NodeJS.ProcessEnv;

  constructor(settings: T, env: NodeJS.ProcessEnv) {
    this.#settings = settings;
    this.#env = env;
  }

  /** The value without spaces around it, or the default. */
  text(name: keyof T & string): string {
    return this.#env[name]?.trim() || (this.#settings[name]?.default ?? '');
  }

  /** Parts between commas; none is empty. */
  list(name: keyof T & string): string[] {
    return this.text(name)
      .split(',')
      .flatMap((part) => part.trim() || []);
  }

  integer(name: keyof T & string): number {
    const { min = 0, max = Number.MAX_SAFE_INTEGER } = this.#settings[name] ?? {};
    const text = this.text(name);
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw invalidSetting(name, `must be a whole number from ${min} to ${max}`);
    return value;
  }

  /** Milliseconds that a timer can wait: less than 25 days. */
  duration(name: keyof T & string): number {
    const value = this.#milliseconds(name);
    if (!(value <= longestTimer)) throw invalidSetting(name, 'must be a time such as 500ms, 30s, 5min or 1h');
    return value;
  }

  /** Milliseconds of any length: how old something may be. */
  age(name: keyof T & string): number {
    const value = this.#milliseconds(name);
    if (!Number.isSafeInteger(value)) throw invalidSetting(name, 'must be a time such as 12h or 90d');
    return value;
  }

  oneOf<V extends string>(name: keyof T & string, values: readonly V[]): V {
    const text = this.text(name);
    const value = values.find((known) => known === text);
    if (value === undefined) throw invalidSetting(name, `must be one of ${values.join(', ')}`);
    return value;
  }

  flag(name: keyof T & string): boolean {
    return this.oneOf(name, ['true', 'false']) === 'true';
  }

  /** An http(s) address without a slash at its end, or null when there is none. */
  httpUrl(name: keyof T & string): string | null {
    return this.url(name, ['http', 'https'], 'http://host:8080')?.replace(/\/+$/, '') ?? null;
  }

  url(name: keyof T & string, schemes: readonly string[], example: string): string | null {
    const text = this.text(name);
    if (!text) return null;
    if (!schemes.some((scheme) => URL.parse(text)?.protocol === `${scheme}:`))
      throw invalidSetting(name, `must be an address such as ${example}`);
    return text;
  }

  /** NaN for what is no time. */
  #milliseconds(name: keyof T & string): number {
    const text = this.text(name);
    const match = /^(\d+)\s*(ms|s|min|h|d)$/.exec(text === '0' ? '0ms' : text);
    const value = match ? Number(match[1]) * units[match[2] as keyof typeof units] : Number.NaN;
    return value >= (this.#settings[name]?.min ?? 0) ? value : Number.NaN;
  }
}

export function invalidSetting(name: string, rule: string): AppError {
  return new AppError('invalid_setting', `${name} ${rule}. See docs/DATABASE.md for all settings.`, { setting: name });
}
