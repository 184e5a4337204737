import { indicatorsOfSource } from '../../db/reports.ts';
import type { Change } from './plan.ts';
import type { Seen } from './seen.ts';
import { type StoreContext, storeChanges } from './store.ts';

const page = 1000;

/** Withdraws what a source said of indicators that its whole list does not name any more. */
export async function withdrawVanished(context: StoreContext, source: string, seen: Seen): Promise<void> {
  for (let after = ''; ; ) {
    const ids = await indicatorsOfSource(context.db, source, after, page, false);
    const changes = ids.filter((id) => !seen.has(id.valueHash)).map((id): Change => ({ kind: 'withdraw', id, source }));
    if (changes.length > 0) {
      await storeChanges(context, source, changes, (tally, outcomes) => {
        const withdrawn = outcomes.filter((outcome) => outcome === 'withdrawn').length;
        if (withdrawn > 0) tally.of(source).withdrawn += withdrawn;
      });
    }
    if (ids.length < page) return;
    after = ids.at(-1)?.valueHash ?? after;
  }
}
