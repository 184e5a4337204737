import type { Command } from 'commander';
import { keyOfValue } from '../../../db/indicator-key.ts';
import { actorsOfIndicator } from '../../../db/indicator-links.ts';
import { knownIndicator, reportsOn } from '../../../db/indicators.ts';
import { techniqueNames } from '../../../db/techniques.ts';
import { canonicalIndicator } from '../../../domain/indicator-value.ts';
import { AppError } from '../../../errors.ts';
import type { Context } from '../../context.ts';
import { indicatorText } from '../../show/indicator-text.ts';

const maxActors = 20;

/** `openthreat ioc show`. */
export function registerIocShow(ioc: Command, context: Context): void {
  ioc
    .command('show')
    .description('show an indicator: who reports it, as what, since when, and what it has to do with')
    .argument('<value>', 'an address, network, domain, URL, e-mail address or hash, defanged or not')
    .option('--json', 'print JSON')
    .action(async (value: string, options: { json?: true }) => show(value, options.json === true, context));
}

async function show(text: string, json: boolean, context: Context): Promise<void> {
  const canonical = canonicalIndicator(text);
  if ('rejected' in canonical) throw new AppError('invalid_input', `"${text}" ${canonical.rejected}.`);
  const db = await context.database();
  const key = keyOfValue(canonical.indicator);
  const known = await knownIndicator(db, key);
  if (!known) {
    throw new AppError(
      'not_found',
      `No source that is loaded reports ${canonical.indicator.value}; openthreat ioc check also looks at its domains and networks.`,
    );
  }
  const reports = await reportsOn(db, key);
  const actors = await actorsOfIndicator(db, known, maxActors);
  const names = await techniqueNames(db, [...new Set(actors.flatMap((actor) => actor.techniqueIds))]);
  if (!json) return context.output.print(indicatorText(known, reports, actors, names));
  context.output.json({
    ...known,
    reports,
    cves: known.tags.filter((tag) => tag.startsWith('CVE-')),
    actors: actors.map((actor) => ({
      ...actor,
      techniques: actor.techniqueIds.map((id) => ({ id, name: names.get(id) ?? null })),
    })),
  });
}
