import type { Command } from 'commander';
import { vacuum } from '../../../db/inspect/vacuum.ts';
import type { Context } from '../../context.ts';

/** `openthreat db vacuum` */
export function registerVacuum(db: Command, context: Context): void {
  db.command('vacuum')
    .description("free the room of dead rows and refresh the planner's statistics (VACUUM ANALYZE)")
    .argument('[table]', 'one table; all of them otherwise')
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, options: { json?: true }) => {
      const tables = await vacuum(await context.rawDatabase(), name);
      if (options.json) return context.output.json({ tables });
      context.output.print(`Vacuumed and analyzed ${tables.join(', ')}.`);
    });
}
