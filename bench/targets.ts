import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const scratch = 'openthreat_bench';

/** A place for a database of its own. */
export interface Target {
  readonly name: string;
  /** An empty one, as environment variables for `openthreat`. */
  fresh(): Promise<NodeJS.ProcessEnv>;
  remove(): Promise<void>;
}

export function embedded(): Target {
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

export function server(url: string): Target {
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
