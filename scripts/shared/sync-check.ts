// Checks syncing against the stand-in for the upstream feeds: time that passes, every kind of fault at every source, a process that is killed.
//   node bin/run.js scripts/shared/sync-check.ts FOLDER     FOLDER holds mirror/ and data/
// On the embedded database with the smaller sources, and with all of them on PostgreSQL when TEST_DATABASE_URL names a server.
// The last line counts: "sync: N passed, N failed".
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { setup } from '../../src/db/setup.ts';
import { sourceStates } from '../../src/db/sources.ts';
import { messageOf } from '../../src/errors.ts';
import type { SyncContext, SyncOptions, SyncResult } from '../../src/ingest/sync/contract.ts';
import { syncAll } from '../../src/ingest/sync/sync-all.ts';
import { createFetcher } from '../../src/net/fetcher.ts';
import { RateLimiter } from '../../src/net/rates.ts';
import { connectors } from '../../src/sources/registry.ts';
import { QuickClock } from '../../test/support/fetching.ts';
import { databaseUrl, onServer, uniqueName } from '../../test/support/server.ts';
import { contentDigests, writeDigests } from './digests.ts';
import { hasMirror, Mirror, type MirrorFault } from './mirror.ts';
import { openthreatJson } from './program.ts';

/** What the stand-in does not serve. */
const notServed = ['threatfox', 'feodo_tracker'];
/** What takes long, and is no other than the rest. */
const large = ['epss', 'ipsum', 'cve_list', 'eu_cve_search', 'mitre_attack'];

const faults: readonly Omit<MirrorFault, 'match'>[] = [
  { kind: 'status', status: 503 },
  { kind: 'status', status: 403 },
  { kind: 'status', status: 429, retryAfter: 86_400 },
  { kind: 'reset' },
  { kind: 'hang' },
  { kind: 'truncate' },
  { kind: 'html' },
  { kind: 'garbage' },
  { kind: 'empty' },
];

/** Those of one kind each. */
const fewFaults = faults.filter(({ kind, status }) => status === 503 || kind === 'truncate' || kind === 'empty');

const checks: (string | null)[] = [];
const start = performance.now();

function check(database: string, what: string, found: unknown, wanted: unknown): void {
  const [is, should] = [JSON.stringify(found), JSON.stringify(wanted)];
  const problem = is === should ? null : `is ${is}, should be ${should}`;
  checks.push(problem);
  const seconds = ((performance.now() - start) / 1000).toFixed(0).padStart(4);
  const line = `${seconds} s  ${problem ? 'FAILED' : 'ok    '}  ${database.padEnd(10)}  ${what}`;
  process.stdout.write(`${line}${problem ? `: ${problem}` : ''}\n`);
}

/** A database, and how it is synced. */
class Subject {
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  readonly #mirror: Mirror;
  readonly #folder: string;
  readonly #ids: readonly string[];

  constructor(name: string, env: NodeJS.ProcessEnv, mirror: Mirror, folder: string, ids: readonly string[]) {
    this.name = name;
    this.env = env;
    this.#mirror = mirror;
    this.#folder = folder;
    this.#ids = ids;
  }

  get sources(): readonly string[] {
    return this.#ids;
  }

  /** `idleMs`: how long to wait for a byte. */
  async sync(options: SyncOptions = {}, idleMs = 20_000): Promise<SyncResult[]> {
    return this.with((db) => {
      const chosen = connectors.filter(({ id }) => this.#ids.includes(id));
      return syncAll(this.#context(db, idleMs), chosen, options);
    });
  }

  async with<T>(work: (db: Database) => Promise<T>): Promise<T> {
    const db = await openDatabase(loadConfig(this.env));
    try {
      return await work(db);
    } finally {
      await db.close();
    }
  }

  /** What each source remembers. */
  async states(): Promise<unknown> {
    return this.with(async (db) => (await db.query('SELECT source, state FROM source_state ORDER BY source')).rows);
  }

  #context(db: Database, idleMs: number): SyncContext {
    return {
      db,
      downloads: join(this.#folder, 'downloads'),
      fetcherFor: (_, { folder, signal }) =>
        createFetcher({
          folder,
          signal,
          mirror: this.#mirror.url,
          proxy: null,
          userAgent: 'OpenThreat-check',
          clock: new QuickClock(),
          rates: new RateLimiter(),
          limits: { idleMs },
        }),
      settings: { nvdApiKey: 'key', abuseChAuthKey: null },
      now: () => new Date(),
    };
  }
}

const all = (results: readonly SyncResult[], outcome: string) =>
  results.filter((r) => r.outcome !== outcome).map((r) => `${r.source}: ${r.outcome}: ${r.reason}`);

/** Time passes in steps, one of them half a year in which nothing can be reached. */
async function steps(subject: Subject, mirror: Mirror): Promise<void> {
  const { name } = subject;
  await mirror.control({ asOf: '2025-12-15T00:00:00.000', faults: [] });
  check(name, 'a first sync', all(await subject.sync(), 'synced'), []);
  await mirror.control({ asOf: '2026-06-20T00:00:00.000', faults: [{ match: '', kind: 'status', status: 503 }] });
  check(name, 'half a year out of reach', all(await subject.sync(), 'failed'), []);
  const failing = await subject.with(sourceStates);
  check(
    name,
    'every source says so',
    failing.filter((s) => subject.sources.includes(s.source) && s.failures !== 1).map((s) => s.source),
    [],
  );
  for (const asOf of ['2026-06-20T00:00:00.000', '2026-06-25T00:00:00.000', '2026-06-28T12:00:00.000']) {
    await mirror.control({ asOf, faults: [] });
    check(name, `as of ${asOf.slice(0, 10)}`, all(await subject.sync(), 'synced'), []);
  }
}

/** While there is news everywhere, everything goes wrong in one way after the other. */
async function everyFault(subject: Subject, mirror: Mirror): Promise<void> {
  const { name } = subject;
  const before = await writeDigests(subject.env);
  const states = await subject.states();
  for (const fault of name === 'embedded' ? fewFaults : faults) {
    const what = `${fault.kind}${fault.status ? ` ${fault.status}` : ''}`;
    await mirror.control({ asOf: '9999', faults: [{ match: '', ...fault }] });
    const results = await subject.sync({}, fault.kind === 'hang' ? 200 : undefined);
    const well = results.filter((r) => r.outcome === 'synced').map((r) => r.source);
    // MalwareBazaar has an export there that it has not otherwise, and an empty one is possible: it moves nothing.
    check(name, `${what} at every source`, well, fault.kind === 'empty' ? ['malware_bazaar'] : []);
    check(name, `${what}: no state moved`, await subject.states(), states);
  }
  check(name, 'not one row written', await writeDigests(subject.env), before);
  await mirror.control({ faults: [] });
}

/** A process that syncs is killed in the middle. */
async function killed(subject: Subject, mirror: Mirror): Promise<void> {
  const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'sync', 'nvd', '--full'], {
    env: { ...process.env, ...subject.env, OPENTHREAT_MIRROR: mirror.url, NVD_API_KEY: 'key' },
    stdio: 'ignore',
  });
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  await Promise.race([setTimeout(2_500), ended]);
  child.kill('SIGKILL');
  await ended;
}

async function checkDatabase(subject: Subject, mirror: Mirror, fresh: Subject): Promise<void> {
  const { name } = subject;
  for (const { env } of [subject, fresh])
    await new Subject(name, env, mirror, '', []).with(async (db) => void (await setup(db)));
  await steps(subject, mirror);
  await everyFault(subject, mirror);
  await killed(subject, mirror);
  check(name, 'everything works again', all(await subject.sync(), 'synced'), []);
  const written = await writeDigests(subject.env);
  check(name, 'once more', all(await subject.sync(), 'synced'), []);
  check(name, 'not one row written', await writeDigests(subject.env), written);
  const rows = await openthreatJson<{ id: string; health: string }[]>(subject.env, ['sources', '--json']);
  const health = rows.filter((r) => subject.sources.includes(r.id) && r.health !== 'fresh');
  check(name, 'every source is fresh', health, []);
  check(name, 'a fresh load', all(await fresh.sync(), 'synced'), []);
  const [{ vulnerability_changes: _, ...is }, { vulnerability_changes: __, ...should }] = await Promise.all([
    contentDigests(subject.env),
    contentDigests(fresh.env),
  ]);
  check(name, 'the steps ended with what a fresh load has', is, should);
}

async function onEmbedded(mirror: Mirror): Promise<void> {
  const ids = connectors.map((c) => c.id).filter((id) => !notServed.includes(id) && !large.includes(id));
  const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'openthreat-sync-')));
  try {
    const [subject, fresh] = folders.map(
      (folder) => new Subject('embedded', { OPENTHREAT_DATA_DIR: folder, DATABASE_URL: '' }, mirror, folder, ids),
    );
    if (subject && fresh) await checkDatabase(subject, mirror, fresh);
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

async function onPostgres(mirror: Mirror, server: string): Promise<void> {
  const ids = connectors.map((c) => c.id).filter((id) => !notServed.includes(id));
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-sync-'));
  const names = [uniqueName(), uniqueName()];
  try {
    for (const name of names) await onServer(server, `CREATE DATABASE ${name}`);
    const [subject, fresh] = names.map((name) => {
      const env = { DATABASE_URL: databaseUrl(server, name), OPENTHREAT_DATA_DIR: join(folder, name) };
      return new Subject('postgresql', env, mirror, join(folder, name), ids);
    });
    if (subject && fresh) await checkDatabase(subject, mirror, fresh);
  } finally {
    for (const name of names) await onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the checks of one database; what it throws is a failed check. */
async function attempt(database: string, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => check(database, 'runs to its end', messageOf(error), null));
}

const shared = resolve(process.argv[2] ?? '../shared');
if (hasMirror(shared)) {
  const mirror = await Mirror.start(shared);
  const server = process.env.TEST_DATABASE_URL;
  if (server) await attempt('postgresql', async () => onPostgres(mirror, server));
  else process.stdout.write('Not checked on PostgreSQL: TEST_DATABASE_URL is not set.\n');
  await attempt('embedded', async () => onEmbedded(mirror));
  mirror.stop();
}
const failed = checks.filter((problem) => problem !== null).length;
process.stdout.write(`sync: ${checks.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
