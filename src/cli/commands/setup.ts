import type { Command } from 'commander';
import { health } from '../../db/inspect/health.ts';
import { createMissingDatabase, setup } from '../../db/setup.ts';
import { installQueues } from '../../jobs/install-queues.ts';
import type { Context } from '../context.ts';

/** `openthreat setup`: the database made ready, and said what it is. */
export function registerSetup(program: Command, context: Context): void {
  program
    .command('setup')
    .description('make the database ready: create it if it may be, extensions, migrations; safe to repeat')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const createdDatabase = await createMissingDatabase(context.config);
      const database = await context.rawDatabase();
      const report = await setup(database);
      await installQueues(database);
      const state = await health(database);
      if (options.json) {
        const applied = report.applied.map((revision) => revision.id);
        return context.output.json({ createdDatabase, ...report, applied, health: state });
      }
      const lines = [
        `Database: ${database.description}${createdDatabase ? ' (created)' : ''}`,
        `Server: PostgreSQL ${report.serverVersion}, answers in ${state.roundTripMs.toFixed(1)} ms${state.encrypted ? ', encrypted' : ''}`,
        `Extensions: pg_trgm and btree_gin ${report.createdExtensions.length > 0 ? 'created' : 'were there'}`,
        `Schema: revision ${report.revision}, ${report.applied.length > 0 ? `${report.applied.length} migration(s) applied now` : 'nothing to do'}`,
      ];
      context.output.print(lines.join('\n'));
    });
}
