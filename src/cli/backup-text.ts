import type { Sum } from '../ops/backup/content.ts';
import { count, table } from './output.ts';

/** What each table of a backup holds. */
export function sumsTable(tables: readonly Sum[]): string {
  return table(tables, [
    { title: 'table', value: (t) => t.name },
    { title: 'rows', value: (t) => count(t.rows), align: 'right' },
    { title: 'sha-256', value: (t) => t.sha256 },
  ]);
}
