import { Secret } from '../database-url.ts';
import type { Settings } from './contract.ts';

/** Shorter ones stand in too many words to be taken out of a text. */
const shortest = 6;

/**
 * Every value of the settings that must not be shown: the secret ones, and the passwords in addresses. As they are written
 * and as they are meant (%40 and @). Of a secret that is an address the host may be shown.
 */
export function secretsIn(settings: Settings, env: NodeJS.ProcessEnv): readonly Secret[] {
  const found = Object.entries(settings).flatMap(([name, { type, secret }]) => {
    const value = env[name]?.trim() ?? '';
    if (type === 'url') return passwordsIn(value);
    return secret ? [value] : [];
  });
  const values = [...new Set(found)].filter((value) => value.length >= shortest);
  return values.sort((a, b) => b.length - a.length).map((value) => new Secret(value));
}

function passwordsIn(address: string): string[] {
  const [, password = ''] = /:\/\/[^:@/?#]*:([^@]*)@/.exec(address) ?? [];
  return [password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
