import type { Command } from 'commander';
import { health } from '../../../db/inspect/health.ts';
import { assertUpToDate } from '../../../db/migrate/revisions.ts';
import type { Context } from '../../context.ts';
import { bytes } from './format.ts';

/** `openthreat db health`: ends with an error when the database cannot be used as it is. */
export function registerHealth(db: Command, context: Context): void {
  db.command('health')
    .description('whether the database answers, how fast, and whether its schema is right')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const database = await context.rawDatabase();
      const found = await health(database);
      if (options.json) context.output.json(found);
      else {
        context.output.print(
          [
            `Database:    ${found.database}`,
            `Server:      PostgreSQL ${found.serverVersion}${found.encrypted ? ', encrypted' : ''}${found.readOnly ? ', read-only' : ''}`,
            `Round trip:  ${found.roundTripMs.toFixed(1)} ms`,
            `Size:        ${bytes(found.bytes)}`,
            `Connections: ${found.connections} of ${found.maxConnections}`,
            `Schema:      revision ${found.revision ?? 'none'}, ${found.pendingMigrations} pending`,
            ...(found.deferredIndexes > 0
              ? [`Indexes:     ${found.deferredIndexes} to be built after an interrupted load`]
              : []),
          ].join('\n'),
        );
      }
      await assertUpToDate(database);
    });
}
