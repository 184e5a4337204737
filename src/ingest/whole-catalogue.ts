import { cvesOfSource } from '../db/records.ts';
import type { SourceId } from '../domain/source-id.ts';
import { carryOut, untilCurrent } from './carry-out.ts';
import type { Pipeline } from './pipeline.ts';
import { plan } from './plan.ts';
import type { Change } from './play.ts';
import { Tally } from './run-book.ts';

const page = 1000;

/** Withdraws what a source said of CVEs that its whole catalogue does not list any more. */
export async function withdrawVanished(pipeline: Pipeline, source: SourceId, seen: ReadonlySet<string>): Promise<void> {
  const { db } = pipeline.context;
  for (let after = ''; ; ) {
    const ids = await cvesOfSource(db, source, after, page);
    const gone = ids.filter((id) => !seen.has(id));
    if (gone.length > 0)
      await withdraw(
        pipeline,
        gone.map((cveId) => ({ kind: 'withdraw', cveId, source })),
      );
    if (ids.length < page) return;
    after = ids.at(-1) ?? after;
  }
}

async function withdraw(pipeline: Pipeline, changes: readonly (Change & { kind: 'withdraw' })[]): Promise<void> {
  const { db, book, terms, now, dry } = pipeline.context;
  const ids = new Set(changes.map((c) => c.cveId));
  await untilCurrent(async () => {
    const at = now().toISOString();
    const p = await plan(db, changes, ids);
    const tally = new Tally();
    changes.forEach((change, i) => {
      if (p.outcomes[i] === 'withdrawn') tally.withdrawn(change.source, change.cveId);
    });
    await book.begin(tally);
    if (!dry) await carryOut(db, p, { ids: book.ids, at, terms, also: (tx) => book.write(tx, tally) });
    book.commit(tally);
  });
}
