import type { Command } from 'commander';
import { AppError } from '../../errors.ts';
import { rebuildCatalogues } from '../../ingest/catalogue/rebuild.ts';
import { rebuildIndicators } from '../../ingest/indicators/age.ts';
import { rebuild, rescore } from '../../ingest/rebuild.ts';
import { recover } from '../../ingest/recover.ts';
import type { Context } from '../context.ts';
import { count } from '../output.ts';

/** `openthreat rebuild` and `rescore`: what is derived, derived anew. */
export function registerMaintain(program: Command, context: Context): void {
  program
    .command('rebuild')
    .description(
      'derive every merged record, and what is known of techniques, weaknesses and indicators, anew from the stored ones (after a normal life nothing changes)',
    )
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const db = await context.database();
      await recover(db, () => new Date());
      const result = await rebuild(db, () => new Date(), context.signal);
      const entries = await rebuildCatalogues(db, () => new Date(), context.signal);
      const indicators = await rebuildIndicators(db, new Date(), context.signal);
      stopIfInterrupted(context);
      if (options.json) return context.output.json({ ...result, catalogueEntries: entries, indicators });
      const changed = result.inserted + result.updated + result.deleted;
      context.output.print(
        `${count(result.checked)} checked, ${changed === 0 ? 'nothing changed' : `${count(result.inserted)} inserted, ${count(result.updated)} updated, ${count(result.deleted)} deleted`}`,
      );
      if (entries > 0) context.output.print(`${count(entries)} entries of reference catalogues derived anew`);
      if (indicators > 0) context.output.print(`${count(indicators)} indicators derived anew`);
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
}

function stopIfInterrupted(context: Context): void {
  if (context.signal.aborted) {
    throw new AppError('interrupted', 'Stopped; what was done is kept, the same command goes on from there.');
  }
}
