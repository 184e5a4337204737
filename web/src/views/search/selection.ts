import { useState } from 'react';
import type { Hit } from './questions.ts';

/** A query can name no more CVEs than this one by one. */
export const mostSelected = 100;

/** The CVEs that somebody ticked, also on pages before; another query begins anew. */
export function useSelection(q: string) {
  const [{ of, hits }, set] = useState({ of: q, hits: new Map<string, Hit>() });
  const selected: ReadonlyMap<string, Hit> = of === q ? hits : new Map();
  const select = (changed: readonly Hit[], isOn: boolean) => {
    const next = new Map(selected);
    for (const hit of changed) {
      if (!isOn) next.delete(hit.cve_id);
      else if (next.size < mostSelected) next.set(hit.cve_id, hit);
    }
    set({ of: q, hits: next });
  };
  return { selected, select, clear: () => set({ of: q, hits: new Map() }) };
}

export type Selection = ReturnType<typeof useSelection>;
