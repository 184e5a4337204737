import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { createMissingDatabase, setup } from '../../db/setup.ts';
import { stats } from '../../db/stats.ts';
import { mostUrgent } from '../../db/urgent.ts';
import { reason } from '../../domain/reason.ts';
import { AppError } from '../../errors.ts';
import { ingest } from '../../ingest/ingest.ts';
import { recover } from '../../ingest/recover.ts';
import { formatById } from '../../sources/registry.ts';
import type { Context } from '../context.ts';
import { count, table } from '../output.ts';

const sample = fileURLToPath(new URL('../../../data-sample/sample.ndjson', import.meta.url));

/** `openthreat up`, which is `npm start`: from nothing to the list of what to fix first. */
export function registerUp(program: Command, context: Context): void {
  program
    .command('up')
    .description(
      'open or create the database, bring it up to date, load the sample when it is empty, and show what is urgent',
    )
    .action(async () => up(context));
}

async function up(context: Context): Promise<void> {
  const { output } = context;
  const now = () => new Date();
  if (await createMissingDatabase(context.config)) output.say('Created the database.');
  const db = await context.rawDatabase();
  output.say(`Database: ${db.description}`);
  const found = await setup(db);
  if (found.applied.length > 0)
    output.say(`Applied ${found.applied.length} migration${found.applied.length > 1 ? 's' : ''}.`);
  const recovered = await recover(db, now);
  if (recovered.deadRuns > 0) output.say(`Marked ${recovered.deadRuns} dead run(s) as failed.`);
  if (recovered.built.length > 0)
    output.say(`Finished ${recovered.built.length} indexes that an interrupted load had left.`);
  if ((await stats(db, 1)).total === 0) {
    const result = await ingest(db, {
      inputs: [sample],
      label: 'sample',
      format: formatById('deduplicated'),
      dryRun: false,
      now,
      signal: context.signal,
    });
    const failure = result.failures[0];
    if (failure)
      throw new AppError('source_malformed', `The bundled sample ${failure.reason}: install OpenThreat anew.`);
    output.say('The database was empty: loaded the bundled sample.');
  }
  await overview(context);
}

async function overview(context: Context): Promise<void> {
  const { output } = context;
  const db = await context.database();
  const numbers = await stats(db, 5);
  const severities = numbers.bySeverity.map((s) => `${count(s.count)} ${s.name.toLowerCase()}`).join(', ');
  output.print(
    `\n${count(numbers.total)} vulnerabilities (${severities}), ${count(numbers.exploited)} of them exploited.`,
  );
  output.print(`From ${numbers.bySource.map((s) => `${s.name} (${count(s.count)})`).join(', ')}.`);
  output.print('\nFix these first:\n');
  output.print(
    table(await mostUrgent(db, 10), [
      { title: 'cve', value: (v) => v.cveId },
      { title: 'priority', value: (v) => v.priorityScore.toFixed(3), align: 'right' },
      { title: 'what', value: (v) => v.title ?? v.description, width: 62 },
      { title: 'why', value: (v) => reason(v, v.epss) },
    ]),
  );
  const first = (await mostUrgent(db, 1))[0]?.cveId ?? 'CVE-2021-44228';
  const hints = [
    [`show ${first}`, 'one vulnerability: what it is, what to do, why it ranks there'],
    ['search exchange server', 'find by words; try --exploited, --vendor, --sort cvss'],
    ['ingest FILE…', 'load NVD, CISA KEV or CVE List files; real records replace the sample'],
    ['stats', 'the database in numbers'],
    ['db query "SELECT …"', 'ask in SQL; npx openthreat --help lists the rest'],
  ];
  output.print(
    `\nWhat next:\n${hints.map(([what = '', why]) => `  npx openthreat ${what.padEnd(24)}  ${why}`).join('\n')}`,
  );
}
