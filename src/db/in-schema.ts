import { type Connection, type Database, transaction } from './database.ts';
import { quoteName } from './names.ts';

/**
 * A database in whose transactions unqualified names mean the tables of `schemas`, the first of them best, and new tables
 * come into the first. The setting ends with each transaction: on the embedded database and behind poolers others share
 * the session.
 */
export function inSchemas(database: Database, schemas: readonly string[]): Database {
  const path = schemas.map(quoteName).join(', ');
  const own: Database = {
    kind: database.kind,
    description: database.description,
    get server() {
      return database.server;
    },
    get usage() {
      return database.usage;
    },
    get writes() {
      return database.writes;
    },
    get history() {
      return database.history;
    },
    query: async (sql, params) => transaction(own, async (tx) => tx.query(sql, params)),
    connect: async () => connectionIn(await database.connect(), path),
    close: async () => database.close(),
  };
  return own;
}

function connectionIn(connection: Connection, path: string): Connection {
  return {
    query: async (sql, params) =>
      connection.query(/^BEGIN\b/.test(sql) ? `${sql}; SET LOCAL search_path TO ${path}` : sql, params),
    table: async (sql) => connection.table(sql),
    copyIn: async (sql, rows) => connection.copyIn(sql, rows),
    release: (broken) => connection.release(broken),
  };
}
