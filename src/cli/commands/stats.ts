import type { Command } from 'commander';
import { runs } from '../../db/runs.ts';
import { type Count, stats } from '../../db/stats.ts';
import type { Context } from '../context.ts';
import { count, table } from '../output.ts';
import { wholeNumber } from './runs.ts';

/** `openthreat stats`: the database in numbers. */
export function registerStats(program: Command, context: Context): void {
  program
    .command('stats')
    .description('totals, exploited, by severity, top vendors, by source, newest record, last runs')
    .option('--top <n>', 'how many vendors', wholeNumber(1000), 10)
    .option('--json', 'print JSON')
    .action(async (options: { top: number; json?: true }) => {
      const db = await context.database();
      const numbers = await stats(db, options.top);
      const last = await runs(db, 5, null);
      const { output } = context;
      if (options.json) return output.json({ ...numbers, lastRuns: last });
      output.print(
        `${count(numbers.total)} vulnerabilities, ${count(numbers.exploited)} exploited, ${count(numbers.ransomware)} used by ransomware`,
      );
      if (numbers.newest)
        output.print(`newest: ${numbers.newest.cveId}, published ${numbers.newest.publishedAt.slice(0, 10)}`);
      if (numbers.epss) output.print(`EPSS: ${count(numbers.epss.scores)} scores, the newest of ${numbers.epss.day}`);
      const { indicators } = numbers;
      if (indicators.total > 0) {
        const types = indicators.byType.map((t) => `${count(t.count)} ${t.name}`).join(', ');
        output.print(`${count(indicators.total)} indicators (${types}), ${count(indicators.active)} of them active`);
      }
      const list = (title: string, counts: readonly Count[]) => {
        if (counts.length === 0) return;
        output.print(
          `\n${table(counts, [
            { title, value: (c) => c.name },
            { title: 'count', value: (c) => count(c.count), align: 'right' },
          ])}`,
        );
      };
      list('severity', numbers.bySeverity);
      list('state', numbers.byState);
      list('source', numbers.bySource);
      list('vendor', numbers.topVendors);
      if (last.length === 0) return;
      output.print(
        `\n${table(last, [
          { title: 'last runs', value: (r) => `${r.id} ${r.source}` },
          { title: 'status', value: (r) => r.status },
          { title: 'started', value: (r) => r.startedAt.slice(0, 19).replace('T', ' ') },
          { title: 'inserted', value: (r) => count(r.inserted), align: 'right' },
          { title: 'updated', value: (r) => count(r.updated), align: 'right' },
        ])}`,
      );
    });
}
