import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../scripts/docs/pages.ts';

interface Service {
  readonly image: string;
  readonly ports: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly healthcheck: { readonly test: readonly string[] };
}

const text = readFileSync(join(root, 'compose.yaml'), 'utf8');
const compose: { services: Readonly<Record<string, Service>>; volumes: Readonly<Record<string, unknown>> } =
  parse(text);

describe('compose.yaml', () => {
  test('has the two servers', () => {
    expect(Object.keys(compose.services)).toEqual(['postgres', 'redis']);
    expect(Number(/^postgres:(\d+)/.exec(compose.services.postgres?.image ?? '')?.[1])).toBeGreaterThanOrEqual(15);
  });

  test.each(Object.entries(compose.services))(
    '%s: password from the environment, loopback only, health check, named volume',
    (_, service) => {
      const passwords = Object.entries(service.environment).filter(([name]) => /PASSWORD|AUTH$/.test(name));
      expect(passwords).toHaveLength(1);
      for (const [, value] of passwords) expect(value).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
      expect(service.ports.length).toBeGreaterThan(0);
      for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      expect(service.healthcheck.test.length).toBeGreaterThan(1);
      for (const volume of service.volumes) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
    },
  );

  test('every variable in it is in .env.example', () => {
    const example = readFileSync(join(root, '.env.example'), 'utf8');
    const variables = [...text.matchAll(/(?<!\$)\$\{([A-Z_]+)/g)].map((match) => match[1] ?? '');
    expect(variables.length).toBeGreaterThan(0);
    for (const name of variables) expect(example).toMatch(new RegExp(`^${name}=`, 'm'));
  });
});
