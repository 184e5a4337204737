import { copiedTables, type Spread, spreadTables } from '../../db/distribution.ts';
import { quoteName } from '../../db/names.ts';

/** One statement, and what it is for. */
export interface Step {
  readonly sql: string;
  readonly why: string;
}

/**
 * The statements that spread the tables of a database over the nodes of its cluster, but for those that are `placed`.
 * Copies come first, because they are read by what follows. Rows that are there move along.
 * @see https://docs.citusdata.com/en/stable/develop/api_udf.html
 */
export function distributionSteps(placed: ReadonlySet<string>, shards: number): Step[] {
  const copied = copiedTables.filter((table) => !placed.has(table));
  const spread = spreadTables.filter(({ table }) => !placed.has(table));
  return [
    ...copied.flatMap((table) => [
      { sql: `SELECT create_reference_table(${literal(table)})`, why: `every node gets ${table} whole` },
      withoutLeftovers(table),
    ]),
    ...spread.flatMap((one) => [
      { sql: spreadSql(one, shards), why: spreadWhy(one, shards) },
      withoutLeftovers(one.table),
      { sql: `ANALYZE ${quoteName(one.table)}`, why: `the planner learns how large ${one.table} is` },
    ]),
  ];
}

function withoutLeftovers(table: string): Step {
  const sql = `SELECT truncate_local_data_after_distributing_table(${literal(table)})`;
  return { sql, why: `the rows of ${table} that moved no longer lie here as well` };
}

function spreadSql({ table, by, beside }: Spread, shards: number): string {
  const where = beside ? `colocate_with => ${literal(beside)}` : `shard_count => ${shards}, colocate_with => 'none'`;
  return `SELECT create_distributed_table(${literal(table)}, ${literal(by)}, ${where})`;
}

function spreadWhy({ table, by, beside }: Spread, shards: number): string {
  if (beside) return `${table} lies beside ${beside}, so that both are joined on one node`;
  return `${table} is cut into ${shards} shards by the hash of ${by}`;
}

/** Only names of our own tables and columns come here. */
function literal(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}
