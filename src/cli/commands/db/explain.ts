import type { Command } from 'commander';
import { explain } from '../../../search/explain.ts';
import type { Context } from '../../context.ts';
import { type SearchCommandOptions, searchOptions, searchRequest } from '../search.ts';

/** `openthreat db explain`: how the database carries out a search. */
export function registerExplain(db: Command, context: Context): void {
  searchOptions(db.command('explain').description('show the plan of a search: the same words and options as "search"'))
    .argument('[words...]', 'what the search would find')
    .option('--json', 'print JSON')
    .action(async (words: string[], options: SearchCommandOptions & { json?: true }) => {
      const plan = await explain(await context.database(), searchRequest(words, options));
      if (options.json) context.output.json(plan);
      else context.output.print(`${plan.sql}\n\nparameters: ${JSON.stringify(plan.params)}\n\n${plan.plan.join('\n')}`);
    });
}
