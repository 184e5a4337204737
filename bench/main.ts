// npm run bench -- --nvd FOLDER [--postgres URL] [--runs 3]
// Imports a folder of NVD feeds into fresh databases, embedded and (with --postgres) on a server, imports it again,
// and times searches. Prints Markdown tables; docs/PERFORMANCE.md keeps them.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { loadConfig } from '../src/config.ts';
import { openDatabase } from '../src/db/open.ts';
import { markdown, median, percentile } from './figures.ts';
import { type Import, importFolder, openthreat } from './imports.ts';
import { timeLookups, timeSearches } from './searches.ts';

const { values: options } = parseArgs({
  options: { nvd: { type: 'string' }, postgres: { type: 'string' }, runs: { type: 'string', default: '3' } },
});
if (!options.nvd)
  throw new Error(
    'npm run bench -- --nvd FOLDER (of nvdcve-2.0-*.json.gz) [--postgres postgresql://…/postgres] [--runs 3]',
  );
const folder = resolve(options.nvd);
const runs = Number(options.runs);
const scratch = 'openthreat_bench';

interface Target {
  readonly name: string;
  fresh(): Promise<NodeJS.ProcessEnv>;
  remove(): Promise<void>;
}

function embedded(): Target {
  let dir = '';
  const remove = async () => rmSync(dir, { recursive: true, force: true });
  return {
    name: 'embedded',
    async fresh() {
      if (dir) await remove();
      dir = mkdtempSync(join(tmpdir(), 'openthreat-bench-'));
      return { DATABASE_URL: '', OPENTHREAT_DATA_DIR: dir };
    },
    remove,
  };
}

function server(url: string): Target {
  const admin = async (sql: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  const target = new URL(url);
  target.pathname = `/${scratch}`;
  const remove = () => admin(`DROP DATABASE IF EXISTS ${scratch}`);
  return {
    name: 'PostgreSQL',
    async fresh() {
      await remove();
      return { DATABASE_URL: target.href };
    },
    remove,
  };
}

async function measure(target: Target): Promise<void> {
  const first: Import[] = [];
  const again: Import[] = [];
  let env: NodeJS.ProcessEnv = {};
  for (let run = 0; run < runs; run++) {
    env = await target.fresh();
    await openthreat(['setup'], env);
    first.push(await importFolder(folder, env));
    again.push(await importFolder(folder, env));
  }
  const row = (what: string, list: readonly Import[]) => [
    what,
    list[0]?.records.toLocaleString('en-US') ?? '',
    `${median(list.map((i) => i.seconds)).toFixed(1)} s`,
    Math.round(median(list.map((i) => i.records / i.seconds))).toLocaleString('en-US'),
    median(list.map((i) => i.megabytes / i.seconds)).toFixed(1),
    Math.round(Math.max(...list.map((i) => i.peakMegabytes))).toString(),
    String(list[0]?.written ?? ''),
  ];
  print(`\n### ${target.name}\n`);
  print(
    markdown(
      ['import', 'records', 'median time', 'records/s', 'MB/s (packed)', 'peak MB', 'written'],
      [row('first', first), row('again, nothing changed', again)],
    ),
  );
  await measureSearches(env);
  await target.remove();
}

async function measureSearches(env: NodeJS.ProcessEnv): Promise<void> {
  const starts: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await openthreat(['show', 'CVE-2014-0160', '--json'], env);
    starts.push(performance.now() - start);
  }
  const db = await openDatabase(loadConfig({ ...process.env, ...env }));
  const { timings, all } = await timeSearches(db);
  const lookup = await timeLookups(db);
  await db.close();
  const ms = (n: number) => n.toFixed(1);
  print(
    `\n${markdown(
      ['search', 'queries', 'median ms', '95% ms', 'slowest'],
      [
        ...timings.map((t) => [t.kind, String(t.queries), ms(t.median), ms(t.p95), `\`${t.slowest}\``]),
        ['**all**', String(timings.reduce((n, t) => n + t.queries, 0)), ms(median(all)), ms(percentile(all, 0.95)), ''],
        ['one CVE by id', '200', ms(lookup.median), ms(lookup.p95), ''],
      ],
    )}`,
  );
  print(`\nA new process shows one CVE after ${Math.round(median(starts))} ms.`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const [cpu] = cpus();
print(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}, ${runs} runs`,
);
if (options.postgres) await measure(server(options.postgres));
await measure(embedded());
