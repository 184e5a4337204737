import type { Condition } from './sql.ts';

/** One moment for the page and its count. */
const oneMoment = 'BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ';

/**
 * Only the index knows where matches lie: the planner, which takes them to be everywhere alike, would now and then go
 * through the table or an order instead, a hundred times slower.
 */
export const byIndex = `${oneMoment}; SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off`;

/** An order that is read as a whole: nothing but its index, and rows by their keys. */
const byOrder = `${oneMoment}; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off`;

/** How a transaction begins that looks for what a condition says. */
export function beginOf(where: Condition): string {
  return where.sql === 'true' ? byOrder : byIndex;
}
