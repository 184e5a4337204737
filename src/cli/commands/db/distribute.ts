import type { Command } from 'commander';
import { type Distribution, distribute, planDistribution } from '../../../ops/distribute/distribute.ts';
import type { Context } from '../../context.ts';
import { wholeNumber } from '../runs.ts';

interface Options {
  readonly dryRun?: true;
  readonly shards: number;
  readonly json?: true;
}

/** `openthreat db distribute` */
export function registerDistribute(db: Command, context: Context): void {
  db.command('distribute')
    .description('spread indicators, records and history over the nodes of a Citus cluster')
    .option('--dry-run', 'check what can be checked and print the SQL; nothing is changed')
    .option(
      '--shards <n>',
      'into how many pieces a table is cut: about four for each core of all nodes',
      wholeNumber(1024),
      32,
    )
    .option('--json', 'print JSON')
    .action(async (options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const { output } = context;
  const database = await context.database();
  const plan = await planDistribution(database, options.shards);
  if (!options.dryRun)
    await distribute(database, plan, ({ why }, place) => output.say(`${place + 1} of ${plan.steps.length}: ${why}`));
  if (options.json)
    return output.json({ ...plan, citus: { ...plan.citus, placed: [...plan.citus.placed].toSorted() } });
  output.print(options.dryRun ? script(plan) : done(plan));
}

/** The statements with what each is for, as a script for psql. */
function script({ steps, citus }: Distribution): string {
  const server = citus.version
    ? `Citus ${citus.version}, ${citus.nodes} node(s) that hold shards.`
    : `This server has no Citus${citus.available ? ' yet: CREATE EXTENSION citus' : ''}; on one that has, this would be run:`;
  const heading = [`-- No key, constraint or trigger stands in the way.`, `-- ${server}`];
  if (steps.length === 0) return [...heading, '-- Everything is in its place already.'].join('\n');
  return [...heading, ...steps.map(({ sql, why }) => `${sql}; -- ${why}`)].join('\n');
}

function done({ steps, citus }: Distribution): string {
  if (steps.length === 0) return 'Everything is in its place already.';
  return `Spread over ${citus.nodes} node(s). Nothing else changes: the program connects to this server as before.`;
}
