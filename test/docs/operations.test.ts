import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Block, blocksOf, openthreatLines } from '../../scripts/docs/blocks.ts';
import { root } from '../../scripts/docs/pages.ts';
import { downgrade } from '../../src/db/migrate/run.ts';
import { testDatabases } from '../support/database.ts';
import { Workplace } from './workplace.ts';

const handbooks = ['OPERATIONS.md', 'DATABASE.md'].map((name) => ({
  name,
  text: readFileSync(join(root, 'docs', name), 'utf8'),
}));
const blocks = handbooks.flatMap(({ name, text }) =>
  blocksOf(text)
    .filter(({ language }) => language === 'sh')
    .map((block) => ({ ...block, place: `${name}:${block.line}` })),
);
const isExternal = ({ marks }: Block) => marks.includes('external');

test('no block is indented, so that every one is found', () => {
  for (const { name, text } of handbooks) expect(text.match(/^[ \t]+```.*/gm) ?? [], name).toEqual([]);
});

describe('blocks that a test runs', () => {
  test.each(blocks.filter((block) => !isExternal(block)))('$place has nothing that is passed over', (block) => {
    const lines = block.text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
    expect(lines.filter((line) => !openthreatLines({ ...block, text: line }).length)).toEqual([]);
  });
});

/** The services of compose.yaml. */
const services = new Set(['server', 'setup', 'worker', 'postgres', 'redis']);

describe('blocks that no test can run', () => {
  const external = blocks.filter(isExternal);
  test('are few beside the others', () => expect(external.length).toBeLessThan(blocks.length / 2));

  test.each(external)('$place: the shell can read it', ({ text }) => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test.each(external)('$place: its files, services, units and scripts are there', ({ text }) => {
    const said = text.replaceAll(/#.*$/gm, '');
    for (const [path = ''] of said.matchAll(/(?<![/\w])(ops\/[\w./-]+|\.env\.example)/g))
      expect(globSync(join(root, path)), path).toHaveLength(1);
    for (const [, unit = ''] of said.matchAll(/\b(openthreat-[a-z]+)\b(?!\.)/g))
      expect(globSync(join(root, 'ops', 'systemd', `${unit}.service`)), unit).toHaveLength(1);
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const [, script = ''] of said.matchAll(/\bnpm (?:\S+ )*?run (?:--silent )?([\w:]+)/g))
      expect(scripts).toHaveProperty([script]);
    for (const [, service = ''] of said.matchAll(
      /\bdocker compose (?:exec(?: -T)?|ps|logs(?: --follow)?|restart|up -d --wait) ([a-z]+)$/gm,
    ))
      expect(services).toContain(service);
  });
});

test('a backup is made of a database that lacks migrations, which is what comes before an upgrade', async () => {
  const workplace = new Workplace();
  const [embedded = expect.fail('the embedded database is always there')] = testDatabases();
  const db = await embedded.open();
  try {
    await downgrade(db.database, '20261123163713');
    expect(await workplace.run('openthreat backup old.tar.zst', db.env)).toMatchObject({ code: 0 });
  } finally {
    await db.drop();
    workplace.remove();
  }
}, 60_000);
