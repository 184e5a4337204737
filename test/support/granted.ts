import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { runHere } from './in-process.ts';
import { databaseUrl, onServer, uniqueName } from './server.ts';

const users = ['owner', 'writer', 'reader'] as const;
export type User = (typeof users)[number];

/** A database with an owner, a writer and a reader as `db grants` makes them. Nobody has migrated it. */
export class GrantedDatabase {
  readonly name = uniqueName();
  readonly #serverUrl: string;
  readonly #password = randomBytes(12).toString('hex');

  private constructor(serverUrl: string) {
    this.#serverUrl = serverUrl;
  }

  static async make(): Promise<GrantedDatabase> {
    const { serverUrl } = inject('databases');
    if (!serverUrl) throw new Error('users need a PostgreSQL server');
    const made = new GrantedDatabase(serverUrl);
    await onServer(serverUrl, `CREATE DATABASE ${made.name}`);
    await made.grant();
    for (const user of users) {
      await made.asAdmin(`ALTER ROLE ${made.role(user)} PASSWORD '${made.#password}'`);
    }
    return made;
  }

  /** A name that has to be quoted. */
  role(user: User): string {
    return `"${this.name} ""${user}"""`;
  }

  get #names(): readonly string[] {
    return users.flatMap((user) => [`--${user}`, `${this.name} "${user}"`]);
  }

  /** Runs what `db grants` prints. */
  async grant(): Promise<void> {
    const { stdout } = await runHere({}, ['db', 'grants', '--database', this.name, ...this.#names]);
    await this.asAdmin(stdout);
  }

  async asAdmin(sql: string): Promise<void> {
    await onServer(databaseUrl(this.#serverUrl, this.name), sql);
  }

  /** The database as one of the users sees it: as environment variables. */
  as(user: User): Readonly<Record<string, string>> {
    const url = new URL(databaseUrl(this.#serverUrl, this.name));
    url.username = encodeURIComponent(`${this.name} "${user}"`);
    url.password = this.#password;
    return { DATABASE_URL: url.href };
  }

  /** Runs statements as one of the users, each by itself. @returns the SQLSTATE of each, or '' */
  async states(user: User, statements: readonly string[]): Promise<string[]> {
    const client = new pg.Client({ connectionString: this.as(user).DATABASE_URL });
    await client.connect();
    const states: string[] = [];
    try {
      for (const sql of statements)
        states.push(
          await client.query(sql).then(
            () => '',
            (error: { code?: string }) => error.code ?? 'none',
          ),
        );
      return states;
    } finally {
      await client.end();
    }
  }

  /** Takes it away, with the users. */
  async drop(): Promise<void> {
    await onServer(this.#serverUrl, `DROP DATABASE ${this.name} WITH (FORCE)`);
    for (const user of users) await onServer(this.#serverUrl, `DROP ROLE ${this.role(user)}`);
  }
}
