import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Output } from '../../src/cli/output.ts';
import { Redraw } from '../../src/cli/status/redraw.ts';
import { RunningCommand } from '../support/command.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { folderWithBackup } from '../support/doctor.ts';
import { runHere, Sink } from '../support/in-process.ts';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

describe.each(testDatabases())('how everything is, on $name', (server) => {
  let db: TestDatabase;
  let env: Record<string, string>;
  beforeAll(async () => {
    db = await server.open();
    env = { ...db.env, OPENTHREAT_BACKUP_DIR: folderWithBackup(new Date(minutesAgo(90))) };
    await db.database.query(
      `INSERT INTO vulnerabilities (cve_id, exploited_in_the_wild) VALUES ('CVE-2024-0001', true), ('CVE-2024-0002', false)`,
    );
    await db.database.query(`INSERT INTO ingestion_runs (source, status, config, started_at, heartbeat_at, records_fetched) VALUES
      ('nvd', 'running', '{}', '${minutesAgo(10)}', '${minutesAgo(0)}', 60000), ('euvd', 'failed', '{}', '${minutesAgo(20)}', '${minutesAgo(20)}', 0)`);
    await db.database.query(`INSERT INTO source_state (source, last_attempt_at, last_success_at, next_run_at) VALUES
      ('nvd', '${minutesAgo(130)}', '${minutesAgo(120)}', '2030-01-02T03:04:00Z')`);
  });
  afterAll(async () => {
    await db.drop();
    rmSync(env.OPENTHREAT_BACKUP_DIR ?? '', { recursive: true });
  });

  test('status: data, database, backup, work in hand, sources', async () => {
    const { code, stdout } = await runHere(env, ['status']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/2 vulnerabilities, 1 exploited; 0 indicators/);
    expect(stdout).toMatch(/^Database: .*PostgreSQL \d+.*\n.* connections/m);
    expect(stdout).toMatch(/^Backup: .*, 2 h ago, 6 B$/m);
    expect(stdout).toMatch(
      /1 at work; 1 failed in the last day\n {2}run \d+, nvd: 60,000 records \(\d+\/s\), for 10 min/,
    );
    expect(stdout).toMatch(/^nvd +fresh .* 2 h .*2030-01-02 03:04/m);
    const json = JSON.parse((await runHere(env, ['status', '--json'])).stdout);
    expect(json).toMatchObject({
      totals: { vulnerabilities: 2, exploited: 1 },
      failedRuns: 1,
      runs: [{ source: 'nvd', fetched: 60_000 }],
    });
  });

  test('status --watch: again and again, until Ctrl-C, which is no failure', async () => {
    const command = new RunningCommand(env, ['status', '--watch', '1', '--json']);
    let lines = 0;
    await new Promise<void>((resolve) => {
      command.child.stdout.on('data', (text: string) => {
        lines += text.split('\n').length - 1;
        if (lines >= 2) resolve();
      });
    });
    const { code, stdout } = await command.end('SIGINT');
    expect(code).toBe(0);
    for (const line of stdout.trim().split('\n')) expect(JSON.parse(line).totals.vulnerabilities).toBe(2);
  });

  test('db health: ready, waits for migrations, and says when it is not', async () => {
    expect(await runHere(env, ['db', 'health'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('0 pending'),
    });
    const { rows } = await db.database.query<{ name: string }>('DELETE FROM mikro_orm_migrations RETURNING name');
    expect(await runHere(env, ['db', 'health', '--wait', '1ms'])).toMatchObject({
      code: 7,
      stdout: expect.stringContaining('revision none'),
    });
    const waiting = runHere(env, ['db', 'health', '--wait', '100s', '--json']);
    for (const { name } of rows) await db.database.query('INSERT INTO mikro_orm_migrations (name) VALUES ($1)', [name]);
    const { code, stdout } = await waiting;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ healthy: true, pendingMigrations: 0 });
  });

  // It brings all of MikroORM, to know how the schema should be: once is enough.
  test.runIf(server.name === 'embedded')(
    'doctor: a page for people, findings for programs, and an exit code by the worst',
    async () => {
      const page = await runHere(env, ['doctor']);
      expect(page.code).toBe(21);
      expect(page.stdout).toMatch(
        /^warning +runs\.failed +1 run of euvd failed in the last day.*\n(?: .*\n)? +→ See openthreat runs --source euvd/m,
      );
      expect(page.stdout).toMatch(/^ok +database\.drift +The schema is what it should be\.$/m);
      const { code, stdout } = await runHere({ ...env, DATABASE_URL: 'postgresql://openthreat@127.0.0.1:9/none' }, [
        'doctor',
        '--json',
      ]);
      expect(code).toBe(22);
      const { worst, findings } = JSON.parse(stdout);
      expect(worst).toBe('critical');
      expect(findings[0]).toMatchObject({ id: 'database.reachable', severity: 'critical' });
    },
  );
});

test('db health: nobody answers', async () => {
  const nobody = { DATABASE_URL: 'postgresql://openthreat@127.0.0.1:9/none' };
  expect(await runHere(nobody, ['db', 'health'])).toMatchObject({
    code: 6,
    stderr: expect.stringContaining('Nothing answers'),
  });
  expect((await runHere(nobody, ['db', 'health', '--wait', 'soon'])).code).toBe(2);
});

describe('drawing again', () => {
  test('on a terminal one text over the other, cut to its width and height', () => {
    const sink = new Sink();
    const redraw = new Redraw(new Output(sink, sink), () => ({ isTerminal: true, columns: 4, rows: 3 }));
    redraw.draw('one line\ntwo\nthree');
    redraw.draw('next');
    expect(sink.text).toBe('\u001b[Jone…\ntwo\n\u001b[2A\r\u001b[Jnext\n');
  });

  test('elsewhere one below the other', () => {
    const sink = new Sink();
    const redraw = new Redraw(new Output(sink, sink), () => ({ isTerminal: false, columns: 4, rows: 3 }));
    redraw.draw('one line');
    redraw.draw('next');
    expect(sink.text).toBe('one line\n\nnext\n');
  });
});
