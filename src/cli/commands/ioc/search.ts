import { type Command, Option } from 'commander';
import { type IndicatorFilter, searchIndicators } from '../../../db/indicators.ts';
import { type IndicatorType, indicatorTypes } from '../../../domain/indicator.ts';
import { maybeDefanged, refang } from '../../../domain/indicator-refang.ts';
import type { Context } from '../../context.ts';
import { knownColumns } from '../../ioc/table.ts';
import { count, table } from '../../output.ts';
import { wholeNumber } from '../runs.ts';

interface Options {
  readonly type?: IndicatorType;
  readonly source?: string;
  readonly status?: 'active' | 'inactive' | 'expired';
  readonly tag?: string;
  readonly limit: number;
  readonly json?: true;
}

/** `openthreat ioc search`. */
export function registerIocSearch(ioc: Command, context: Context): void {
  ioc
    .command('search')
    .description('list indicators by a part of their value, the active and latest first')
    .argument('[text]', 'a part of the value, defanged or not; nothing lists all')
    .addOption(new Option('--type <type>', 'only of this type').choices([...indicatorTypes]))
    .option('--source <source>', 'only what this source reports')
    .addOption(new Option('--status <status>', 'only with this status').choices(['active', 'inactive', 'expired']))
    .option('--tag <tag>', 'only with this tag, malware family or CVE')
    .option('--limit <n>', 'how many', wholeNumber(1000), 20)
    .option('--json', 'print JSON')
    .action(async (text: string | undefined, options: Options) => search(text ?? '', options, context));
}

async function search(text: string, options: Options, context: Context): Promise<void> {
  const { output } = context;
  const { type, source, status, tag, limit } = options;
  const filter: IndicatorFilter = {
    text: (maybeDefanged(text) ? refang(text) : text) ?? text,
    ...(type && { type }),
    ...(source !== undefined && { source }),
    ...(status && { status }),
    ...(tag !== undefined && { tag: canonicalTag(tag) }),
  };
  const result = await searchIndicators(await context.database(), filter, limit);
  if (options.json) return output.json(result);
  if (result.hits.length === 0) return output.say('Nothing found.');
  output.print(table(result.hits, [{ title: 'indicator', value: (i) => i.value, width: 80 }, ...knownColumns]));
  const { value, exact } = result.total;
  if (value > result.hits.length) output.say(`${result.hits.length} of ${exact ? '' : 'more than '}${count(value)}`);
}

/** Ids of CVEs and techniques are in capitals, all other tags are not. */
function canonicalTag(tag: string): string {
  return /^(?:cve-\d+-\d+|t\d{4}(?:\.\d{3})?)$/i.test(tag) ? tag.toUpperCase() : tag.toLowerCase();
}
