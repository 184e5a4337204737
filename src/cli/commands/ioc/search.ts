import { type Command, Option } from 'commander';
import { type IndicatorType, indicatorTypes } from '../../../domain/indicator.ts';
import { type IndicatorStatus, indicatorStatuses } from '../../../domain/indicator-ageing.ts';
import { allOf, fieldIs } from '../../../domain/query/build.ts';
import { indicatorLanguage } from '../../../domain/query/indicator-fields.ts';
import { type IndicatorSort, indicatorSorts, readIndicatorCursor } from '../../../search/indicators/order.ts';
import { type IndicatorResult, searchIndicators } from '../../../search/indicators/search.ts';
import { readQuery } from '../../../search/query.ts';
import type { Context } from '../../context.ts';
import { knownColumns } from '../../ioc/table.ts';
import { count, type Output, table } from '../../output.ts';
import { wholeNumber } from '../runs.ts';

interface Options {
  readonly type?: IndicatorType;
  readonly source?: string;
  readonly status?: IndicatorStatus;
  readonly tag?: string;
  readonly sort: IndicatorSort;
  readonly limit: number;
  readonly after?: string;
  readonly json?: true;
}

/** `openthreat ioc search`. */
export function registerIocSearch(ioc: Command, context: Context): void {
  ioc
    .command('search')
    .description('find indicators: parts of their value, and fields such as type:domain')
    .argument('[query...]', 'parts of the value, defanged or not, and fields; nothing lists all')
    .addOption(new Option('--type <type>', 'only of this type').choices([...indicatorTypes]))
    .option('--source <source>', 'only what this source reports')
    .addOption(new Option('--status <status>', 'only with this status').choices([...indicatorStatuses]))
    .option('--tag <tag>', 'only with this tag, malware family or CVE')
    .addOption(
      new Option('--sort <order>', 'order: the latest, the surest, or by value')
        .choices(indicatorSorts)
        .default('last_seen'),
    )
    .option('--limit <n>', 'how many', wholeNumber(1000), 20)
    .option('--after <cursor>', 'the next page: the cursor that the one before gave')
    .option('--json', 'print JSON')
    .action(async (words: string[], options: Options) => {
      const result = await search(words.join(' '), options, context);
      if (options.json) context.output.json(result);
      else print(result, context.output);
    });
}

async function search(text: string, options: Options, context: Context): Promise<IndicatorResult> {
  const { sort, limit, after } = options;
  const order = { sort, descending: sort !== 'value' };
  const is = (name: 'type' | 'source' | 'status' | 'tag') => {
    const value = options[name];
    return value === undefined ? [] : [fieldIs(indicatorLanguage, name, [value])];
  };
  const query = allOf([
    readQuery(text, indicatorLanguage),
    ...is('type'),
    ...is('source'),
    ...is('status'),
    ...is('tag'),
  ]);
  return searchIndicators(await context.database(), {
    ...order,
    query,
    limit,
    offset: 0,
    after: after === undefined ? null : readIndicatorCursor(after, order),
    now: new Date(),
  });
}

function print({ hits, total }: IndicatorResult, output: Output): void {
  if (hits.length === 0) {
    output.say('Nothing found.');
    return;
  }
  output.print(table(hits, [{ title: 'indicator', value: (i) => i.value, width: 80 }, ...knownColumns]));
  if (total.value > hits.length)
    output.say(`${hits.length} of ${total.exact ? '' : 'more than '}${count(total.value)}`);
}
