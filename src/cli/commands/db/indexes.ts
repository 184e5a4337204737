import type { Command } from 'commander';
import { indexUsage } from '../../../db/inspect/index-usage.ts';
import type { Context } from '../../context.ts';
import { count, table } from '../../output.ts';
import { bytes } from './format.ts';

/** `openthreat db indexes` */
export function registerIndexes(db: Command, context: Context): void {
  db.command('indexes')
    .description('how often each index was used')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const found = await indexUsage(await context.rawDatabase());
      if (options.json) return context.output.json(found);
      context.output.print(
        table(found, [
          { title: 'index', value: (i) => i.index },
          { title: 'table', value: (i) => i.table },
          { title: 'scans', value: (i) => count(i.scans), align: 'right' },
          { title: 'rows read', value: (i) => count(i.rowsRead), align: 'right' },
          { title: 'size', value: (i) => bytes(i.bytes), align: 'right' },
        ]),
      );
    });
}
