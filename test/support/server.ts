import pg from 'pg';

/** A name for a database that no other test uses. */
export function uniqueName(): string {
  return `openthreat_test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
}

/** The URL of another database of the same server. */
export function databaseUrl(serverUrl: string, name: string): string {
  return serverUrl.replace(/^([a-z]+:\/\/[^/?]*)(?:\/[^?]*)?/, `$1/${name}`);
}

/** Runs one statement on the server's own database. */
export async function onServer(serverUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
