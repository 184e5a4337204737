import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { columnMeanings, tableMeanings } from '../../scripts/docs/meanings.ts';
import { regenerated, root } from '../../scripts/docs/pages.ts';
import { meaning, tableShapes } from '../../scripts/docs/schema.ts';
import { webTypesPage } from '../../scripts/docs/web-types.ts';
import { settings } from '../../src/config.ts';
import { entities } from '../../src/db/entities/all.ts';

describe('what the documents say of the program is what the program is', () => {
  test('the generated parts and the printed sessions are fresh ("npm run docs" writes them)', async () => {
    const all = [...(await regenerated()), await webTypesPage()];
    const stale = all.filter((page) => page.text !== page.before).map((page) => page.name);
    expect(stale).toEqual([]);
  });

  test('every table is described, and no other', () => {
    expect(Object.keys(tableMeanings).sort()).toEqual(entities.map((e) => e.meta.tableName).sort());
  });

  test('every column has a meaning, and every meaning a column', async () => {
    const columns = (await tableShapes()).flatMap((t) => t.columns.map(([column]) => [t.name, column] as const));
    expect(columns.filter(([table, column]) => meaning(table, column) === '')).toEqual([]);
    const known = new Set(columns.flatMap(([table, column]) => [`${table}.${column}`, `*.${column}`]));
    expect(Object.keys(columnMeanings).filter((name) => !known.has(name))).toEqual([]);
  });

  test('.env.example has every setting, with its default, and no other', () => {
    const example = readFileSync(join(root, '.env.example'), 'utf8');
    const named = new Map(
      [...example.matchAll(/^#?([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    const ofCompose = ['POSTGRES_PASSWORD', 'REDIS_PASSWORD'];
    expect([...named.keys()].sort()).toEqual([...ofCompose, ...Object.keys(settings)].sort());
    for (const [name, { default: standard }] of Object.entries(settings))
      if (standard) expect(named.get(name)).toBe(standard);
    for (const name of ofCompose) expect(named.get(name)).toBe('');
  });
});
