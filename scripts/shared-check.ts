// Checks the program on real data: what a newcomer would load, on the embedded database and on PostgreSQL, through the command line.
//   node bin/run.js scripts/shared-check.ts FOLDER     FOLDER holds nvd/*.json[.gz], kev/*.json and cve5/*.zip
// PostgreSQL is checked when TEST_DATABASE_URL names a server. The last line counts: "real data: N passed, N failed".
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf } from '../src/errors.ts';
import { databaseUrl, onServer, uniqueName } from '../test/support/server.ts';
import { contentDigests, writeDigests } from './shared/digests.ts';
import { type Expected, expectedOf, sharedInputs } from './shared/expected.ts';
import { type Counts, openthreat, openthreatJson, queryText } from './shared/program.ts';

interface Check {
  readonly database: string;
  readonly what: string;
  readonly problem: string | null;
}

const checks: Check[] = [];
const start = performance.now();

function check(database: string, what: string, found: unknown, wanted: unknown): void {
  const [is, should] = [JSON.stringify(found), JSON.stringify(wanted)];
  const problem = is === should ? null : `is ${is}, should be ${should}`;
  checks.push({ database, what, problem });
  const seconds = ((performance.now() - start) / 1000).toFixed(0).padStart(4);
  process.stdout.write(
    `${seconds} s  ${problem ? 'FAILED' : 'ok    '}  ${database.padEnd(10)}  ${what}${problem ? `: ${problem}` : ''}\n`,
  );
}

interface Loaded {
  readonly counts: readonly Counts[];
  readonly seconds: number;
}

async function load(env: NodeJS.ProcessEnv, inputs: readonly string[]): Promise<Loaded> {
  const result = await openthreatJson<{ runs: Counts[]; duration_seconds: number; failures: unknown[] }>(env, [
    'ingest',
    ...inputs,
    'shared_check',
    '--json',
  ]);
  if (result.failures.length > 0) throw new Error(JSON.stringify(result.failures));
  return { counts: result.runs, seconds: result.duration_seconds };
}

function checkSums(database: string, which: string, { counts }: Loaded, expected: Expected): void {
  for (const c of counts) {
    check(
      database,
      `${which} load, ${c.source}: the four outcomes add up`,
      c.inserted + c.updated + c.unchanged + c.rejected,
      c.fetched,
    );
  }
  const fetched = Object.fromEntries(
    counts.filter((c) => c.source in expected.records).map((c) => [c.source, c.fetched]),
  );
  check(database, `${which} load: every record of the files was fetched`, sorted(fetched), sorted(expected.records));
}

function sorted(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Everything that must hold on one database; returns what it holds at the end. */
async function checkDatabase(database: string, env: NodeJS.ProcessEnv, inputs: readonly string[], expected: Expected) {
  await openthreat(env, ['setup']);
  const first = await load(env, inputs);
  const total = first.counts.reduce((sum, c) => sum + c.fetched, 0);
  process.stdout.write(
    `        ${database}: ${total} records in ${first.seconds} s, ${Math.round(total / first.seconds)}/s\n`,
  );
  checkSums(database, 'first', first, expected);
  check(
    database,
    'not one CVE lost',
    await queryText(env, 'SELECT count(*) FROM vulnerabilities'),
    String(expected.ids.size),
  );
  const written = await writeDigests(env);
  const second = await load(env, inputs);
  process.stdout.write(`        ${database}: again in ${second.seconds} s, ${Math.round(total / second.seconds)}/s\n`);
  checkSums(database, 'second', second, expected);
  check(
    database,
    'second load: nothing inserted or updated',
    second.counts.reduce((n, c) => n + c.inserted + c.updated, 0),
    0,
  );
  check(database, 'second load: not one row written', await writeDigests(env), written);
  const rebuilt = await openthreatJson<{ inserted: number; updated: number; deleted: number }>(env, [
    'rebuild',
    '--json',
  ]);
  check(database, 'rebuild changes nothing', rebuilt.inserted + rebuilt.updated + rebuilt.deleted, 0);
  await openthreat(env, ['db', 'health']);
  check(database, 'no index is missing', await queryText(env, 'SELECT count(*) FROM deferred_indexes'), '0');
  return contentDigests(env);
}

async function onEmbedded(inputs: readonly string[], expected: Expected) {
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-shared-'));
  try {
    return await checkDatabase('embedded', { OPENTHREAT_DATA_DIR: folder, DATABASE_URL: '' }, inputs, expected);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onPostgres(server: string, inputs: readonly string[], expected: Expected) {
  const name = uniqueName();
  await onServer(server, `CREATE DATABASE ${name}`);
  try {
    return await checkDatabase('postgresql', { DATABASE_URL: databaseUrl(server, name) }, inputs, expected);
  } finally {
    await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

/** Runs the checks of one database; what it throws is a failed check. */
async function attempt<T>(database: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    check(database, `runs to its end`, messageOf(error), null);
    return null;
  }
}

const folder = resolve(process.argv[2] ?? '../shared/data');
const inputs = sharedInputs(folder);
const expected = await expectedOf(inputs);
process.stdout.write(
  `${inputs.length} inputs, ${JSON.stringify(expected.records)} records about ${expected.ids.size} CVEs\n`,
);
const server = process.env.TEST_DATABASE_URL;
const there = server ? await attempt('postgresql', async () => onPostgres(server, inputs, expected)) : null;
const here = await attempt('embedded', async () => onEmbedded(inputs, expected));
if (server) check('both', 'the same content on both databases', here, there);
else process.stdout.write('Not checked on PostgreSQL: TEST_DATABASE_URL is not set.\n');
const failed = checks.filter((c) => c.problem !== null).length;
process.stdout.write(`real data: ${checks.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
