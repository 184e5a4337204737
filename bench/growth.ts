import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../src/config.ts';
import type { Database } from '../src/db/database.ts';
import { openDatabase } from '../src/db/open.ts';
import { markdown, median, percentile, print } from './figures.ts';
import { growthPicture } from './growth-picture.ts';
import { type Import, importFile, importFolder, openthreat } from './imports.ts';
import { someIndicators, timeIndicatorSearches, timeSingle } from './indicators.ts';
import { timeSearches } from './searches.ts';
import type { Target } from './targets.ts';

/** What a database of a size needed and how fast it was. Times in milliseconds. */
export interface Grown {
  readonly kind: 'CVEs' | 'indicators';
  readonly rows: number;
  readonly perSecond: number;
  readonly bytes: number; // tables and indexes
  readonly searchMedian: number;
  readonly search95: number;
  /** Facets of CVEs; one value looked up among indicators. */
  readonly other95: number;
}

/** Loads each folder of NVD feeds and each size of a generated list into a database of its own, and draws how figures grow. */
export async function measureGrowth(
  target: Target,
  { folders, millions, picture }: { folders: readonly string[]; millions: readonly number[]; picture: string | null },
): Promise<void> {
  const grown: Grown[] = [];
  for (const folder of folders) grown.push(await told(cvesOf(target, folder)));
  for (const size of millions) grown.push(await told(indicatorsOf(target, size * 1_000_000)));
  await target.remove();
  print(`\n${table(grown)}`);
  if (picture === null) return;
  writeFileSync(picture, growthPicture(grown));
  print(`\nDrawn in ${picture}.`);
}

/** A long measurement shows what it has, in case it is cut off. */
async function told(work: Promise<Grown>): Promise<Grown> {
  const one = await work;
  print(JSON.stringify(one));
  return one;
}

async function cvesOf(target: Target, folder: string): Promise<Grown> {
  const env = await filled(target);
  const load = await importFolder(folder, env);
  return withDatabase(env, async (db) => {
    const { timings, all } = await timeSearches(db);
    const facets = timings.find(({ kind }) => kind === 'facets');
    return { kind: 'CVEs', ...figures(load, all, await bytesOf(db)), other95: facets?.p95 ?? Number.NaN };
  });
}

async function indicatorsOf(target: Target, size: number): Promise<Grown> {
  const env = await filled(target);
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-growth-'));
  try {
    const file = join(folder, 'made.csv');
    await writeIndicators(file, size);
    const load = await importFile(file, 'made-list', env);
    return await withDatabase(env, async (db) => {
      const searches = await timeIndicatorSearches(db);
      const { known, unknown } = await timeSingle(db, await someIndicators(db));
      const other95 = percentile([...known, ...unknown], 0.95);
      return { kind: 'indicators', ...figures(load, searches, await bytesOf(db)), other95 };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function filled(target: Target): Promise<NodeJS.ProcessEnv> {
  const env = await target.fresh();
  await openthreat(['setup'], env);
  return env;
}

async function withDatabase<T>(env: NodeJS.ProcessEnv, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase(loadConfig({ ...process.env, ...env }));
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

function figures(load: Import, searches: readonly number[], bytes: number): Omit<Grown, 'kind' | 'other95'> {
  return {
    rows: load.records,
    perSecond: load.records / load.seconds,
    bytes,
    searchMedian: median(searches),
    search95: percentile(searches, 0.95),
  };
}

async function bytesOf(db: Database): Promise<number> {
  const { rows } = await db.query<{ bytes: number }>('SELECT pg_database_size(current_database())::float8 AS bytes');
  return rows[0]?.bytes ?? Number.NaN;
}

const families = ['cobalt_strike', 'qakbot', 'emotet', 'agent_tesla', 'lumma'];

/** A list of different domains, addresses, hashes and URLs, a quarter of each, the same each time. */
async function writeIndicators(file: string, size: number): Promise<void> {
  const to = await open(file, 'w');
  try {
    await to.write('indicator,type,confidence,malware family,last seen\n');
    let part: string[] = [];
    for (let n = 0; n < size; n++) {
      part.push(indicatorLine(n));
      if (part.length === 20_000 || n === size - 1) {
        await to.write(`${part.join('\n')}\n`);
        part = [];
      }
    }
  } finally {
    await to.close();
  }
}

function indicatorLine(n: number): string {
  // A step that shares no factor with 2^32 meets every number once, far from the one before.
  const mixed = Number((BigInt(n) * 2_654_435_761n) % 4_294_967_296n);
  const hex = mixed.toString(16).padStart(8, '0');
  // Of other digits each, so that none of them says anything of another, or of the type.
  const digits = (from: number) => Math.floor(mixed / from);
  const day = new Date(Date.UTC(2026, 0, 1) + (digits(16) % 300) * 86_400_000).toISOString().slice(0, 10);
  const end = `${(digits(16_384) % 10) / 10},${families[digits(1_048_576) % families.length]},${day}`;
  const host = `${hex.slice(0, 4)}-${n}.${hex.slice(4)}-bad.com`;
  if (n % 4 === 0) return `${host},domain,${end}`;
  // 11.0.0.0/8 to 126.0.0.0/8: public addresses, as feeds have them.
  if (n % 4 === 1) return `${11 + (n % 116)}.${mixed % 256}.${(n >>> 8) % 256}.${(n >>> 16) % 256},ip,${end}`;
  if (n % 4 === 2) return `${hex}${n.toString(16).padStart(24, '0')},hash,${end}`;
  return `http://${host}/${hex}.exe,url,${end}`;
}

function table(grown: readonly Grown[]): string {
  const ms = (n: number) => n.toFixed(1);
  const whole = (n: number) => Math.round(n).toLocaleString('en-US');
  return markdown(
    ['', 'rows', 'loaded/s', 'MB', 'bytes a row', 'search median ms', 'search 95% ms', 'facets, or one value, 95% ms'],
    grown.map((g) => [
      g.kind,
      whole(g.rows),
      whole(g.perSecond),
      whole(g.bytes / 1e6),
      whole(g.bytes / g.rows),
      ms(g.searchMedian),
      ms(g.search95),
      ms(g.other95),
    ]),
  );
}
