import type { Command } from 'commander';
import { stats } from '../../db/stats.ts';
import { isSourceId, vulnerabilitySources } from '../../domain/source-id.ts';
import { AppError } from '../../errors.ts';
import { rebuild, rescore } from '../../ingest/rebuild.ts';
import { recover } from '../../ingest/recover.ts';
import { removeSource } from '../../ingest/remove-source.ts';
import { sourceInfo } from '../../sources/source-info.ts';
import type { Context } from '../context.ts';
import { count, table } from '../output.ts';

/** `openthreat rebuild`, `rescore` and `sources`: what is derived, derived anew; what is there, and taking it out. */
export function registerMaintain(program: Command, context: Context): void {
  program
    .command('rebuild')
    .description('derive every merged record anew from the stored ones (after a normal life nothing changes)')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const db = await context.database();
      await recover(db, () => new Date());
      const result = await rebuild(db, () => new Date(), context.signal);
      stopIfInterrupted(context);
      if (options.json) return context.output.json(result);
      const changed = result.inserted + result.updated + result.deleted;
      context.output.print(
        `${count(result.checked)} checked, ${changed === 0 ? 'nothing changed' : `${count(result.inserted)} inserted, ${count(result.updated)} updated, ${count(result.deleted)} deleted`}`,
      );
    });
  program
    .command('rescore')
    .description('refresh the priority scores, which fade with time')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const day = new Date().toISOString().slice(0, 10);
      const changed = await rescore(await context.database(), day, context.signal);
      stopIfInterrupted(context);
      if (options.json) return context.output.json({ day, changed });
      context.output.print(`${count(changed)} scores changed as of ${day}`);
    });
  registerSources(program, context);
}

function registerSources(program: Command, context: Context): void {
  const sources = program.command('sources').description('what each source brought, or take one out');
  sources
    .command('list', { isDefault: true })
    .description('the sources and how many records each has')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const { bySource } = await stats(await context.database(), 1);
      const list = vulnerabilitySources.map((id) => ({
        id,
        title: sourceInfo[id].title,
        records: bySource.find((c) => c.name === id)?.count ?? 0,
        licence: sourceInfo[id].licence,
      }));
      if (options.json) return context.output.json(list);
      context.output.print(
        table(list, [
          { title: 'source', value: (s) => s.id },
          { title: 'records', value: (s) => count(s.records), align: 'right' },
          { title: 'what', value: (s) => s.title },
          { title: 'licence', value: (s) => s.licence },
        ]),
      );
    });
  sources
    .command('remove')
    .description('take a source out without a trace: its records, and what only it said')
    .argument('<source>', vulnerabilitySources.join(', '))
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: true }) => {
      if (!isSourceId(id)) {
        throw new AppError('not_found', `There is no source "${id}": it is one of ${vulnerabilitySources.join(', ')}.`);
      }
      const removed = await removeSource(await context.database(), id, () => new Date(), context.signal);
      stopIfInterrupted(context);
      if (options.json) return context.output.json({ source: id, removed });
      context.output.print(`${count(removed)} records of ${id} removed`);
    });
}

function stopIfInterrupted(context: Context): void {
  if (context.signal.aborted) {
    throw new AppError('interrupted', 'Stopped; what was done is kept, the same command goes on from there.');
  }
}
