import { cacheUse, type TableUpkeep, tableUpkeep } from '../../../db/inspect/upkeep.ts';
import type { Check } from '../contract.ts';
import { count, names, notice, ok, percent, warning } from '../verdict.ts';

/** Tables with fewer dead rows, or a smaller share of them, are as they should be: autovacuum begins at a fifth. */
const manyDead = 10_000;
const deadShare = 0.25;
/** The planner errs when more than half of a table is others than those it was told of. */
const changedShare = 0.5;
const manyChanged = 10_000;
/** Ratios of fewer pages say nothing: they are those of a server that has just started. */
const enoughPages = 1_000_000;
const goodRatio = 0.95;

/** Whether tables are vacuumed and analysed, and memory is enough. */
export const upkeepChecks: readonly Check[] = [
  {
    id: 'database.autovacuum',
    about: 'Whether PostgreSQL frees dead rows by itself.',
    remedy: 'Set `autovacuum = on` and reload PostgreSQL.',
    needs: 'database',
    run: async ({ kind, server }) => {
      if (kind === 'embedded') return [];
      if (server.autovacuum) return [ok('Autovacuum is on.')];
      return [
        warning(
          'Autovacuum is off: dead rows are never freed, and statistics grow old.',
          'Set autovacuum = on and reload PostgreSQL.',
        ),
      ];
    },
  },
  {
    id: 'database.bloat',
    about: `Tables of which more than ${percent(deadShare)} are dead rows, and when they were vacuumed last.`,
    remedy:
      '`openthreat db vacuum`. When they come back soon: somebody keeps a transaction open, or autovacuum is too slow.',
    needs: 'database',
    run: async ({ db }) => {
      const bloated = (await tableUpkeep(db)).filter(
        ({ live, dead }) => dead >= manyDead && dead / (live + dead) > deadShare,
      );
      if (bloated.length === 0) return [ok('No table is full of dead rows.')];
      return [warning(`Dead rows: ${names(bloated.map(bloatOf))}.`, 'Run "openthreat db vacuum".')];
    },
  },
  {
    id: 'database.statistics',
    about: `Tables of which more than ${percent(changedShare)} changed since they were analysed: searches may be planned badly.`,
    remedy: '`openthreat db vacuum`, which analyses as well.',
    needs: 'database',
    run: async ({ db }) => {
      const stale = (await tableUpkeep(db)).filter(
        ({ live, changed }) => changed >= manyChanged && changed / Math.max(live, 1) > changedShare,
      );
      if (stale.length === 0) return [ok("The planner's statistics are of the present.")];
      const list = stale.map(({ table, analysedAt }) => `${table} (analysed ${day(analysedAt)})`);
      return [
        notice(
          `The planner's statistics are old: ${names(list)}.`,
          'Run "openthreat db vacuum", which analyses as well.',
        ),
      ];
    },
  },
  {
    id: 'database.cache',
    about: 'The share of pages that PostgreSQL found in its memory.',
    remedy: 'Give it more: `shared_buffers`, a quarter of the machine’s memory.',
    needs: 'database',
    run: async ({ db, kind }) => {
      const { pages, hitRatio } = await cacheUse(db);
      if (kind === 'embedded' || hitRatio === null || pages < enoughPages) return [];
      const found = `${(hitRatio * 100).toFixed(1)} % of the pages asked for were in memory.`;
      if (hitRatio >= goodRatio) return [ok(found)];
      return [notice(found, "Raise shared_buffers, to a quarter of the machine's memory at most.")];
    },
  },
];

function bloatOf({ table, live, dead, vacuumedAt }: TableUpkeep): string {
  return `${table} has ${count(dead, 'dead row')}, ${percent(dead / (live + dead))} (vacuumed ${day(vacuumedAt)})`;
}

function day(time: string | null): string {
  return time === null ? 'never' : time.slice(0, 10);
}
