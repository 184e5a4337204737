import { affectedEntries, publishedNaming } from '../db/affected.ts';
import type { Database } from '../db/database.ts';
import type { CveId } from '../domain/record.ts';
import { AppError } from '../errors.ts';
import { type Because, becauseOf, type Software } from './affected.ts';

/** What affects one piece of software, the most urgent first. */
export interface AffectedBy {
  readonly cves: readonly { readonly cveId: CveId; readonly because: Because }[];
  /** `false`: its product has so many CVEs that not all of them were compared. */
  readonly exact: boolean;
}

/** More records than this of one product are not compared. */
const mostCandidates = 20_000;
/** Nor more than these for one request: it would take many seconds. */
const mostTogether = 50_000;
/** So many at a time: some records are affected in thousands of ranges. */
const chunk = 1_000;

/**
 * The published CVEs that affect each of these pieces of software, each of which names a product. Records of a product are
 * read once, however many of its versions are asked for.
 * @throws AppError `too_large` when their products have more than 50,000 CVEs together
 */
export async function affectingEach(
  db: Database,
  software: readonly Software[],
): Promise<ReadonlyMap<Software, AffectedBy>> {
  const found = new Map<Software, AffectedBy>();
  let compared = 0;
  for (const group of Map.groupBy(software, nameKey).values()) {
    compared += await compare(db, group, found);
    if (compared > mostTogether) {
      const most = mostTogether.toLocaleString('en');
      throw new AppError('too_large', `These products have more than ${most} CVEs together: ask for fewer at a time.`);
    }
  }
  return found;
}

function nameKey({ vendors, products }: Software): string {
  return JSON.stringify([vendors, products]);
}

/** Compares the versions of one product; how many records were read for it. */
async function compare(db: Database, group: readonly Software[], found: Map<Software, AffectedBy>): Promise<number> {
  const [first] = group;
  if (!first) return 0;
  const candidates = await publishedNaming(db, first, mostCandidates + 1);
  const exact = candidates.length <= mostCandidates;
  const lists = group.map((software) => ({ software, cves: [] as { cveId: CveId; because: Because }[] }));
  for (let at = 0; at < Math.min(candidates.length, mostCandidates); at += chunk) {
    const ids = candidates.slice(at, at + chunk);
    const entries = await affectedEntries(db, ids, first.products);
    for (const cveId of ids) {
      for (const { software, cves } of lists) {
        const because = becauseOf(entries.get(cveId) ?? [], software);
        if (because) cves.push({ cveId, because });
      }
    }
  }
  for (const { software, cves } of lists) found.set(software, { cves, exact });
  return candidates.length;
}
