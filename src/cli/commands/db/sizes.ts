import type { Command } from 'commander';
import { sizes } from '../../../db/inspect/sizes.ts';
import type { Context } from '../../context.ts';
import { count, table } from '../../output.ts';
import { bytes } from './format.ts';

/** `openthreat db sizes` */
export function registerSizes(db: Command, context: Context): void {
  db.command('sizes')
    .description('how much room the tables and indexes take')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const found = await sizes(await context.rawDatabase());
      if (options.json) return context.output.json(found);
      context.output.print(
        table(found.tables, [
          { title: 'table', value: (t) => t.table },
          { title: 'rows (about)', value: (t) => (t.rows < 0 ? null : count(t.rows)), align: 'right' },
          { title: 'total', value: (t) => bytes(t.totalBytes), align: 'right' },
          { title: 'data', value: (t) => bytes(t.tableBytes), align: 'right' },
          { title: 'indexes', value: (t) => bytes(t.indexBytes), align: 'right' },
        ]),
      );
      context.output.print('');
      context.output.print(
        table(found.indexes, [
          { title: 'index', value: (i) => i.index },
          { title: 'table', value: (i) => i.table },
          { title: 'size', value: (i) => bytes(i.bytes), align: 'right' },
        ]),
      );
      context.output.print(`\nThe whole database: ${bytes(found.databaseBytes)}`);
    });
}
