import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connectors } from '../../src/sources/registry.ts';
import { json, RunningCommand } from '../support/command.ts';
import { testDatabases } from '../support/database.ts';
import { startHttpServer, text } from '../support/http-server.ts';
import { until } from '../support/watching.ts';

const catalogue = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'kev', 'input', 'catalogue.json'));
const path = '/www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json';
const others = connectors.flatMap(({ id }) => (id === 'cisa_kev' ? [] : [`${id}=off`]));

const secret = 'not-for-any-log';

/** A server that asks for no password takes any. */
function withPassword(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { DATABASE_URL: url } = env;
  return url ? { ...env, DATABASE_URL: url.replace(/:\/\/([^:@/]+)@/, `://$1:${secret}@`) } : env;
}

describe.each(testDatabases())('$name', (server) => {
  test('openthreat worker syncs what is due until it is told to stop', async () => {
    await using web = await startHttpServer({ [path]: text(catalogue, 'application/json') });
    web.fault({ match: 'cisa', kind: 'html', times: 1 });
    const db = await server.make();
    const env = {
      ...withPassword(db.env),
      OPENTHREAT_MIRROR: web.url,
      OPENTHREAT_SCHEDULES: others.join(';'),
      NVD_API_KEY: secret,
      ABUSE_CH_AUTH_KEY: secret,
    };
    try {
      const failing = new RunningCommand(env, ['worker']);
      let lines = '';
      failing.child.stderr.on('data', (data: string) => {
        lines += data;
      });
      await until('the failure to be told', () => /cisa_kev: failed: .* a web page/.test(lines) || null);
      const { code, stderr } = await failing.end('SIGTERM');
      expect(code).toBe(0);
      const log = stderr
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      for (const line of log)
        expect(line).toMatchObject({ level: expect.any(String), time: expect.any(String), msg: expect.any(String) });
      expect(log[0].msg).toMatch(/^Working: 1 of \d+ sources have a schedule\. Ctrl-C stops\.$/);
      expect(log.at(-1)).toMatchObject({ level: 'info', msg: 'Stopped.' });
      const failure = log.find(({ msg }) => msg.startsWith('cisa_kev: failed: '));
      expect(failure).toMatchObject({ level: 'warn', source: 'cisa_kev', runs: [1] });
      expect(stderr).not.toContain(secret);
      const wrong = new RunningCommand({ ...env, OPENTHREAT_SCHEDULES: 'cisa_kev=61 * * * *' }, ['worker']);
      const refused = await wrong.ended();
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('OPENTHREAT_SCHEDULES gives cisa_kev the times "61 * * * *", which are none');
      const sources = await json<readonly { id: string; nextRunAt: string | null; lastError: string | null }[]>(env, [
        'sources',
      ]);
      const kev = sources.find(({ id }) => id === 'cisa_kev');
      expect(kev?.lastError).toContain('a web page');
      expect(Date.parse(kev?.nextRunAt ?? '')).toBeGreaterThan(Date.now());
    } finally {
      await db.drop();
    }
  });
});
