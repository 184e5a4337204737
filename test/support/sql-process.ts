import { createInterface } from 'node:readline';
import { loadConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db/open.ts';

// A program that opens the database of its environment and runs the SQL it gets, a line each; it answers with a line of JSON.
const database = await openDatabase(loadConfig(), { say: (text) => process.stderr.write(`${text}\n`) });
const connection = await database.connect();
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
say('ready');
for await (const sql of createInterface({ input: process.stdin })) {
  if (sql === 'exit') break;
  await connection.query(sql).then(
    ({ rows }) => say(rows),
    (error: Error) => say({ error: error.message }),
  );
}
connection.release();
await database.close();
say('closed');
