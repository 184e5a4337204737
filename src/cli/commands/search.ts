import { type Command, Option } from 'commander';
import type { Severity } from '../../domain/record.ts';
import { AppError } from '../../errors.ts';
import type { Meaning } from '../../search/corrections.ts';
import { maxLimit } from '../../search/page.ts';
import { type SearchResult, search } from '../../search/search.ts';
import { orders, type Sort } from '../../search/thresholds.ts';
import type { Context } from '../context.ts';
import { count, type Output, table } from '../output.ts';
import { wholeNumber } from './runs.ts';

const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NONE', 'UNKNOWN'] as const;

export interface SearchCommandOptions {
  readonly limit: number;
  readonly sort: Sort;
  readonly severity?: string;
  readonly exploited?: boolean;
  readonly vendor?: string;
  readonly product?: string;
  readonly json?: true;
}

/** The options that every search has, also that of `db explain`. */
export function searchOptions(command: Command): Command {
  return command
    .option('--limit <n>', `how many results, up to ${maxLimit}`, wholeNumber(maxLimit), 20)
    .addOption(new Option('--sort <order>', 'order, best first').choices(Object.keys(orders)).default('priority'))
    .option('--severity <list>', `one or more of ${severities.join(', ')}, with commas`)
    .option('--exploited', 'only CVEs that are known to be exploited')
    .option('--no-exploited', 'only CVEs that are not')
    .option('--vendor <name>', 'vendor, such as microsoft')
    .option('--product <name>', 'product, such as exchange_server');
}

/** The request that the words and options of a command make. */
export function searchRequest(words: readonly string[], options: SearchCommandOptions) {
  const { limit, sort, exploited, vendor, product } = options;
  return {
    text: words.join(' '),
    sort,
    limit,
    ...(options.severity !== undefined && { severities: severityList(options.severity) }),
    ...(exploited !== undefined && { exploited }),
    ...(vendor !== undefined && { vendor }),
    ...(product !== undefined && { product }),
  };
}

/** `openthreat search`. */
export function registerSearch(program: Command, context: Context): void {
  searchOptions(
    program.command('search').description('find CVEs by words, "exact phrases", parts of ids, vendors and products'),
  )
    .argument('[words...]', 'what to find; nothing lists all')
    .option('--json', 'print JSON')
    .action(async (words: string[], options: SearchCommandOptions) => {
      const result = await search(await context.database(), searchRequest(words, options));
      if (options.json) return context.output.json(result);
      print(result, context.output);
    });
}

function severityList(text: string): (Severity | 'UNKNOWN')[] {
  return text.split(',').map((part) => {
    const found = severities.find((s) => s === part.trim().toUpperCase());
    if (!found)
      throw new AppError('invalid_input', `There is no severity "${part.trim()}": use ${severities.join(', ')}.`);
    return found;
  });
}

function print(result: SearchResult, output: Output): void {
  for (const m of result.meanings) if (m.how !== 'word') output.say(explain(m));
  for (const { field, typed, perhaps } of result.unknownNames) {
    output.say(`No record names the ${field} "${typed}".${perhaps ? ` Did you mean ${perhaps}?` : ''}`);
  }
  if (result.hits.length === 0) {
    output.say('Nothing found.');
    return;
  }
  output.print(
    table(result.hits, [
      { title: 'cve', value: (h) => h.cveId },
      { title: 'priority', value: (h) => h.priorityScore.toFixed(3), align: 'right' },
      { title: 'cvss', value: (h) => h.cvssScore?.toFixed(1) ?? null, align: 'right' },
      { title: 'severity', value: (h) => h.severity },
      { title: 'exploited', value: (h) => (h.exploited ? 'yes' : '') },
      { title: 'published', value: (h) => h.publishedAt?.slice(0, 10) ?? null },
      { title: 'title', value: (h) => h.title ?? h.description, width: 90 },
    ]),
  );
  const { value, exact } = result.total;
  if (value > result.hits.length) output.say(`${result.hits.length} of ${exact ? '' : 'more than '}${count(value)}`);
}

function explain(m: Meaning): string {
  if (m.how === 'correction') return `Took "${m.typed}" for "${m.as}".`;
  if (m.how === 'beginning') return `Took "${m.typed}" for the beginning of a word.`;
  return `Nothing is like "${m.typed}".`;
}
