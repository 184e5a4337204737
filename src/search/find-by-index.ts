import { type Database, transaction } from '../db/database.ts';
import { beginOf, byIndex } from './begin.ts';
import type { Cursor } from './cursor.ts';
import { isKept, pageFromMemory } from './memory/matches.ts';
import { type Memory, memoryAt, memoryOf } from './memory/memory.ts';
import type { IndexedSort } from './orders.ts';
import {
  few,
  firstLook,
  type Hit,
  hitsOf,
  type Page,
  type PageRequest,
  page,
  pageSlices,
  pageStatements,
  type Slices,
} from './page.ts';
import type { Prepared } from './prepare.ts';
import type { Remembered } from './remembered.ts';
import { knownTotal, totalOf } from './totals.ts';
import type { Found, Wanted } from './wanted.ts';

/** A page further down than this is taken from memory, when it is asked for by its number. */
const deepest = 1_000;

type Request = Wanted & PageRequest;
type PageAndTotal = Pick<Found, 'hits' | 'total'>;

/** A page in an order that has an index. */
export async function findByIndex(
  db: Database,
  known: Remembered,
  prepared: Prepared,
  wanted: Wanted & { readonly sort: IndexedSort },
): Promise<Found> {
  const found = await pageOf(db, known, prepared, wanted);
  return { ...found, keyOf: (hit) => indexKey(hit, wanted.sort) };
}

/** What a hit has in the first column of an order. */
function indexKey(hit: Hit, sort: IndexedSort): Cursor['key'] {
  if (sort === 'priority') return hit.priorityScore;
  if (sort === 'cvss') return hit.cvssScore;
  return sort === 'published' ? hit.publishedAt : hit.modifiedAt;
}

/**
 * Whatever is quickest: where all matches are known already, memory; otherwise the database, unless the page lies where
 * even its indexes would go through most of the order.
 */
async function pageOf(db: Database, known: Remembered, prepared: Prepared, wanted: Request): Promise<PageAndTotal> {
  if (prepared.where.sql === 'true') return pageOfAll(db, known, prepared, wanted);
  const memory = memoryAt(db, known.version);
  const isFurtherDown = wanted.after !== null || wanted.offset + wanted.limit > deepest;
  if (memory && (isFurtherDown || isKept(memory, prepared))) return fromMemory(db, memory, prepared, wanted);
  const slices = await pageSlices(db, wanted);
  const first = await firstPage(db, known, prepared, wanted, slices, memory === null);
  if (first) return first;
  const isDeep = wanted.offset + wanted.limit > deepest;
  if (memory || isDeep) return fromMemory(db, memory ?? (await memoryOf(db)), prepared, wanted);
  return lastPage(db, known, prepared, wanted, slices);
}

async function pageOfAll(db: Database, known: Remembered, { where }: Prepared, wanted: Request): Promise<PageAndTotal> {
  return transaction(
    db,
    async (tx) => {
      const { hits } = await page(tx, pageStatements(where, wanted, []), wanted.limit);
      return { hits, total: await totalOf(tx, known, where, wanted.countUpTo, 0, []) };
    },
    beginOf(where),
  );
}

async function fromMemory(db: Database, memory: Memory, prepared: Prepared, wanted: Request): Promise<PageAndTotal> {
  const { ids, matches } = await pageFromMemory(db, memory, prepared, wanted);
  return { hits: await hitsOf(db, ids), total: knownTotal(matches, wanted.countUpTo) };
}

/**
 * A common word fills the page from the beginning of the order. Where that fails, few may match: then one statement
 * finds and counts them all, which is not tried when memory would keep them. Null when there are many, and they lie low.
 */
async function firstPage(
  db: Database,
  known: Remembered,
  { where }: Prepared,
  wanted: Request,
  slices: Slices,
  mayLook: boolean,
): Promise<PageAndTotal | null> {
  const [first] = slices.length > 0 ? pageStatements(where, wanted, slices) : [];
  return transaction(
    db,
    async (tx) => {
      const found: Page = first ? await page(tx, [first], wanted.limit) : { hits: [], seen: 0 };
      if (found.hits.length === wanted.limit) {
        return { hits: found.hits, total: await totalOf(tx, known, where, wanted.countUpTo, found.seen, slices) };
      }
      const all = mayLook ? await firstLook(tx, where, wanted) : null;
      return all && { hits: all.hits, total: knownTotal(all.matches, wanted.countUpTo) };
    },
    byIndex,
  );
}

/** Many matches that lie low in the order: more of it is looked through. */
async function lastPage(
  db: Database,
  known: Remembered,
  { where }: Prepared,
  wanted: Request,
  slices: Slices,
): Promise<PageAndTotal> {
  const statements = pageStatements(where, wanted, slices.slice(1));
  return transaction(
    db,
    async (tx) => {
      const { hits } = await page(tx, statements, wanted.limit);
      return { hits, total: await totalOf(tx, known, where, wanted.countUpTo, few + 1, slices) };
    },
    byIndex,
  );
}
