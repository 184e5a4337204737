import { keyOf } from '../../db/indicator-key.ts';
import { indicatorRows } from '../../db/indicator-rows.ts';
import { indicatorsOfSource } from '../../db/reports.ts';
import type { Change } from './plan.ts';
import type { Seen } from './seen.ts';
import { type StoreContext, storeChanges } from './store.ts';

const page = 1000;
/** So many of a page are named as examples. */
const mostNamed = 20;

/** Withdraws what a source said of indicators that its whole list does not name any more. */
export async function withdrawVanished(context: StoreContext, source: string, seen: Seen): Promise<void> {
  for (let after = ''; ; ) {
    const ids = await indicatorsOfSource(context.db, source, after, page, false);
    const gone = ids.filter((id) => !seen.has(id.valueHash));
    if (gone.length > 0) {
      const changes = gone.map((id): Change => ({ kind: 'withdraw', id, source }));
      const named = await indicatorRows(context.db, gone.slice(0, mostNamed));
      await storeChanges(context, source, changes, (tally, outcomes) => {
        gone.forEach((id, i) => {
          if (outcomes[i] === 'withdrawn') tally.withdrawn(source, named.get(keyOf(id))?.value);
        });
      });
    }
    if (ids.length < page) return;
    after = ids.at(-1)?.valueHash ?? after;
  }
}
