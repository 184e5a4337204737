import { type Command, Option } from 'commander';
import { techniqueLanguage } from '../../domain/query/technique-fields.ts';
import { readQuery } from '../../search/query.ts';
import {
  searchTechniques,
  type TechniqueHit,
  type TechniqueResult,
  type TechniqueSort,
  techniqueSorts,
} from '../../search/techniques/search.ts';
import type { Context } from '../context.ts';
import { count, type Output, table } from '../output.ts';
import { wholeNumber } from './runs.ts';

interface Options {
  readonly sort: TechniqueSort;
  readonly limit: number;
  readonly json?: true;
}

/** `openthreat techniques`. */
export function registerTechniques(program: Command, context: Context): void {
  program
    .command('techniques')
    .description('find techniques of ATT&CK: words, ids, and fields such as tactic:initial-access')
    .argument('[query...]', 'what to find; nothing lists all')
    .addOption(
      new Option('--sort <order>', 'order: by id, by name, or most CVEs first')
        .choices(techniqueSorts)
        .default('technique_id'),
    )
    .option('--limit <n>', 'how many', wholeNumber(1000), 20)
    .option('--json', 'print JSON')
    .action(async (words: string[], { sort, limit, json }: Options) => {
      const query = readQuery(words.join(' '), techniqueLanguage);
      const db = await context.database();
      const descending = sort === 'cves';
      const result = await searchTechniques(db, { query, sort, descending, limit, offset: 0, now: new Date() });
      if (json) context.output.json(result);
      else print(result, context.output);
    });
}

function print({ hits, total }: TechniqueResult, output: Output): void {
  if (hits.length === 0) {
    output.say('Nothing found.');
    return;
  }
  output.print(
    table(hits, [
      { title: 'technique', value: (t) => t.techniqueId },
      { title: 'name', value: nameOf, width: 70 },
      { title: 'cves', value: (t) => count(t.cveCount), align: 'right' },
      { title: 'tactics', value: (t) => t.tactics.join(', '), width: 50 },
      { title: 'platforms', value: (t) => t.platforms.join(', '), width: 40 },
    ]),
  );
  if (total > hits.length) output.say(`${hits.length} of ${count(total)}`);
}

function nameOf({ name, parentName, state, revokedBy }: TechniqueHit): string {
  const whole = parentName === null ? name : `${parentName}: ${name}`;
  return state === 'active' ? whole : `${whole} (${state}${revokedBy ? `, now ${revokedBy}` : ''})`;
}
