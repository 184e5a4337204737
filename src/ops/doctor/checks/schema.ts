import { invalidIndexes, unusedIndexes } from '../../../db/inspect/weak-indexes.ts';
import { checkDrift } from '../../../db/migrate/drift.ts';
import { schemaState } from '../../../db/migrate/revisions.ts';
import { runsAtWork } from '../../../db/recent-runs.ts';
import { deferredIndexes } from '../../../db/write/deferred.ts';
import type { Check } from '../contract.ts';
import { count, critical, names, notice, ok, size, warning } from '../verdict.ts';

/** Statistics younger than this cannot tell that an index is of no use; smaller indexes are not worth a word. */
const unusedFor = { days: 30, bytes: 10 * 2 ** 20 };

/** Whether the tables and indexes are what the program needs. */
export const schemaChecks: readonly Check[] = [
  {
    id: 'database.migrations',
    about: 'Whether the schema is the one of this version of the program.',
    remedy: '`openthreat db upgrade`; or update the program, when the database is of a newer one.',
    needs: 'database',
    run: async ({ db }) => {
      const { pending, unknown, newer } = await schemaState(db);
      if (unknown.length > 0)
        return [
          critical(
            'A newer openthreat has migrated the database.',
            'Update the program. What looks at its tables was left out here.',
          ),
        ];
      if (newer.length > 0)
        return [
          notice(
            'A newer openthreat has migrated the database; this one still works on it.',
            'Update the program soon.',
          ),
        ];
      if (newer.length > 0)
        return [
          notice(
            'A newer openthreat has migrated the database; this one works on it all the same.',
            'Update this program, too.',
          ),
        ];
      if (pending.length === 0) return [ok('All migrations are applied.')];
      return [
        critical(
          `${count(pending.length, 'migration')} of this program missing.`,
          'Run "openthreat db upgrade". What looks at the tables was left out here.',
        ),
      ];
    },
  },
  {
    id: 'database.drift',
    about: 'Whether tables, columns, indexes and constraints are as the program made them.',
    remedy: '`openthreat db check` shows each difference with how it should be: put it back.',
    needs: 'schema',
    run: async ({ db, expectedSchema }) => {
      const differences = await checkDrift(db, await expectedSchema());
      // An index that a failed build left is told by its own check.
      const invalid = new Set((await invalidIndexes(db)).map(({ index }) => `index ${index}`));
      const places = differences
        .filter(({ what }) => !invalid.has(what))
        .map(({ what, problem }) => `${what} is ${problem}`);
      if (places.length === 0) return [ok('The schema is what it should be.')];
      return [
        warning(
          `The schema was changed by hand: ${names(places)}.`,
          '"openthreat db check" shows how each should be: put it back.',
        ),
      ];
    },
  },
  {
    id: 'database.invalid-indexes',
    about: 'Indexes that a failed build left: they cost writes and serve no reads.',
    remedy: '`REINDEX INDEX CONCURRENTLY`, or `DROP INDEX` for those whose name ends in `_ccnew` or `_ccold`.',
    needs: 'database',
    run: async ({ db }) => {
      const invalid = (await invalidIndexes(db)).map(({ index }) => index);
      if (invalid.length === 0) return [ok('All indexes are valid.')];
      const advice = `openthreat db query --write "REINDEX INDEX CONCURRENTLY ${invalid[0]}"`;
      return [
        warning(
          `${count(invalid.length, 'index is', 'indexes are')} invalid: ${names(invalid)}.`,
          `Build each again, as in: ${advice}.`,
        ),
      ];
    },
  },
  {
    id: 'database.unused-indexes',
    about: `Indexes of more than ${size(unusedFor.bytes)} that no query has used in ${unusedFor.days} days of statistics.`,
    remedy: 'Those of your own may go. Those of the program wait for a kind of search that you have not used yet.',
    needs: 'database',
    run: async ({ db }) => {
      if (db.kind === 'embedded') return [];
      const unused = await unusedIndexes(db, unusedFor);
      if (unused.length === 0) return [];
      const room = unused.reduce((sum, { bytes }) => sum + bytes, 0);
      const found = `No query has used ${names(unused.map(({ index }) => index))} (${size(room)}).`;
      return [notice(found, 'Drop those of your own; those of the program wait for searches that were not asked yet.')];
    },
  },
  {
    id: 'database.deferred-indexes',
    about: 'Indexes that a first load put off and has not built yet.',
    remedy:
      'Let the load end. After one that was killed, `openthreat up` and `openthreat serve` build them, and so does the next load.',
    needs: 'schema',
    run: async ({ db }) => {
      const deferred = (await deferredIndexes(db)).map(({ name }) => name);
      if (deferred.length === 0) return [];
      const found = `${count(deferred.length, 'index is', 'indexes are')} still to be built: searches are slow until then.`;
      if ((await runsAtWork(db)).length > 0) return [notice(found, 'The load that is at work builds them at its end.')];
      return [warning(found, 'Start "openthreat up" or "openthreat serve", which build them.')];
    },
  },
];
