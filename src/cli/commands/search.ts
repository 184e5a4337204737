import { type Command, Option } from 'commander';
import type { Query } from '../../domain/query/ast.ts';
import { allOf, fieldIs } from '../../domain/query/build.ts';
import { QueryError } from '../../domain/query/query-error.ts';
import { vulnerabilityLanguage } from '../../domain/query/vulnerability-fields.ts';
import { AppError } from '../../errors.ts';
import type { Meaning } from '../../search/corrections.ts';
import { readCursor } from '../../search/cursor.ts';
import { type Sort, sorts } from '../../search/orders.ts';
import { readQuery } from '../../search/query.ts';
import { maxLimit, type SearchHit, type SearchRequest, type SearchResult, search } from '../../search/search.ts';
import type { Context } from '../context.ts';
import { count, type Output, plain, table } from '../output.ts';
import { printFacets, printSuggestions } from '../search-extras.ts';
import { wholeNumber } from './runs.ts';

export interface SearchCommandOptions {
  readonly limit: number;
  readonly sort?: Sort;
  readonly ascending?: true;
  readonly exact?: true;
  readonly facets?: true;
  readonly suggest?: string;
  readonly severity?: string;
  readonly exploited?: boolean;
  readonly vendor?: string;
  readonly product?: string;
  readonly after?: string;
  readonly json?: true;
}

/** The options that every search has, also that of `db explain`. */
export function searchOptions(command: Command): Command {
  return command
    .option('--limit <n>', `how many results, up to ${maxLimit}`, wholeNumber(maxLimit), 20)
    .addOption(
      new Option(
        '--sort <order>',
        'order, best first (default: relevance where there are words, otherwise priority)',
      ).choices(sorts),
    )
    .option('--severity <list>', 'one or more of CRITICAL, HIGH, MEDIUM, LOW, NONE, UNKNOWN, with commas')
    .option('--exploited', 'only CVEs that are known to be exploited')
    .option('--no-exploited', 'only CVEs that are not')
    .option('--vendor <name>', 'vendor, such as microsoft')
    .option('--product <name>', 'product, such as exchange_server')
    .option('--ascending', 'the other way round: lowest or oldest first')
    .option('--exact', 'count all matches, also beyond 10,000')
    .option('--after <cursor>', 'the next page: the cursor that the one before gave');
}

/** The request that the words and options of a command make. @throws AppError `invalid_query` */
export function searchRequest(words: readonly string[], options: SearchCommandOptions): SearchRequest {
  const { limit, sort, ascending, exact, exploited, severity, vendor, product, after } = options;
  const text = words.join(' ');
  const is = (field: string, values: readonly string[] | null) => (values === null ? [] : [optionQuery(field, values)]);
  const query = allOf([
    readQuery(text, vulnerabilityLanguage),
    ...is('severity', severity?.split(',').map((part) => part.trim()) ?? null),
    ...is('exploited', exploited === undefined ? null : [String(exploited)]),
    ...is('vendor', vendor === undefined ? null : [vendor]),
    ...is('product', product === undefined ? null : [product]),
  ]);
  return {
    query,
    sort,
    limit,
    after: after === undefined ? null : readCursor(after),
    ...(ascending ? { direction: 'asc' as const } : {}),
    ...(exact ? { countUpTo: null } : {}),
    now: new Date(),
  };
}

function optionQuery(field: string, values: readonly string[]): Query {
  try {
    return fieldIs(vulnerabilityLanguage, field, values);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new AppError('invalid_input', `--${error.message}.`, {}, error);
  }
}

/** `openthreat search`. */
export function registerSearch(program: Command, context: Context): void {
  searchOptions(
    program
      .command('search')
      .description('find CVEs: words, "exact phrases", parts of ids, and fields such as severity:high'),
  )
    .argument('[words...]', 'what to find; nothing lists all')
    .option('--facets', 'how many of the matches have which severity, vendor, weakness, …')
    .option('--suggest <text>', 'what may be meant at the end of an unfinished query')
    .option('--json', 'print JSON')
    .action(async (words: string[], options: SearchCommandOptions) => {
      if (options.suggest !== undefined) return printSuggestions(context, options.suggest, options);
      if (options.facets) return printFacets(context, searchRequest(words, options).query, options);
      const result = await search(await context.database(), searchRequest(words, options));
      if (options.json) return context.output.json(result);
      print(result, context.output);
    });
}

function print(result: SearchResult, output: Output): void {
  sayMeanings(result.meanings, output);
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
  for (const { cveId, because } of result.hits) if (because) output.say(`${cveId}: ${reasonOf(because)}`);
  const { value, exact } = result.total;
  if (value > result.hits.length) output.say(`${result.hits.length} of ${exact ? '' : 'more than '}${count(value)}`);
}

/** Says what words were taken for, where that is not the words themselves. */
export function sayMeanings(meanings: readonly Meaning[], output: Output): void {
  for (const m of meanings) if (m.how !== 'word') output.say(explain(m));
}

function explain(m: Meaning): string {
  if (m.how === 'correction') return `Took "${m.typed}" for "${m.as}".`;
  if (m.how === 'beginning') return `Took "${m.typed}" for the beginning of a word.`;
  return `Nothing is like "${m.typed}".`;
}

function reasonOf({ source, vendor, product, match }: NonNullable<SearchHit['because']>): string {
  const name = plain(vendor === '' ? product : `${vendor} ${product}`);
  if (match.kind === 'version') return `${source} lists ${name} ${plain(match.version)}`;
  if (match.kind !== 'range') return `${source} calls all versions of ${name} affected`;
  const { from, fromExcluded, to, toExcluded } = match.range;
  const begin = from === undefined ? '' : ` ${fromExcluded ? 'after' : 'from'} ${plain(from)}`;
  const end = to === undefined ? '' : ` ${toExcluded ? 'before' : 'up to'} ${plain(to)}`;
  return `${source} calls ${name}${begin}${end} affected`;
}
