import { type Command, InvalidArgumentError } from 'commander';
import { rejectedRecords, runs } from '../../db/runs.ts';
import type { Context } from '../context.ts';
import { count, table } from '../output.ts';

/** A whole number from 1 to `max`, as an option's parser. */
export function wholeNumber(max: number): (text: string) => number {
  return (text) => {
    const n = Number(text);
    if (!Number.isInteger(n) || n < 1 || n > max) throw new InvalidArgumentError(`a whole number from 1 to ${max}.`);
    return n;
  };
}

/** `openthreat runs` and `openthreat rejected`: what was loaded when, and what could not be used. */
export function registerRuns(program: Command, context: Context): void {
  program
    .command('runs')
    .description('list the ingestion runs, newest first')
    .option('--limit <n>', 'how many', wholeNumber(1000), 20)
    .option('--source <id>', 'of one source only')
    .option('--json', 'print JSON')
    .action(async (options: { limit: number; source?: string; json?: true }) => {
      const list = await runs(await context.database(), options.limit, options.source ?? null);
      if (options.json) return context.output.json(list);
      context.output.print(
        table(list, [
          { title: 'run', value: (r) => r.id, align: 'right' },
          { title: 'source', value: (r) => r.source },
          { title: 'label', value: (r) => r.label },
          { title: 'status', value: (r) => r.status },
          { title: 'started', value: (r) => r.startedAt.slice(0, 19).replace('T', ' ') },
          { title: 'seconds', value: (r) => r.durationSeconds?.toFixed(1) ?? null, align: 'right' },
          { title: 'fetched', value: (r) => count(r.fetched), align: 'right' },
          { title: 'inserted', value: (r) => count(r.inserted), align: 'right' },
          { title: 'updated', value: (r) => count(r.updated), align: 'right' },
          { title: 'unchanged', value: (r) => count(r.unchanged), align: 'right' },
          { title: 'rejected', value: (r) => count(r.rejected), align: 'right' },
          { title: 'error', value: (r) => r.error, width: 60 },
        ]),
      );
    });
  program
    .command('rejected')
    .description('list input records that could not be used, with place and reason')
    .option('--run <id>', 'of one run', wholeNumber(Number.MAX_SAFE_INTEGER))
    .option('--limit <n>', 'how many', wholeNumber(10_000), 100)
    .option('--json', 'print JSON')
    .action(async (options: { limit: number; run?: number; json?: true }) => {
      const list = await rejectedRecords(await context.database(), options.limit, options.run ?? null);
      if (options.json) return context.output.json(list);
      context.output.print(
        table(list, [
          { title: 'run', value: (r) => r.runId, align: 'right' },
          { title: 'source', value: (r) => r.source },
          { title: 'document', value: (r) => r.document, width: 50 },
          { title: 'place', value: (r) => r.place },
          { title: 'reason', value: (r) => r.reason, width: 90 },
          { title: 'excerpt', value: (r) => r.excerpt, width: 60 },
        ]),
      );
    });
}
