import { type Database, transaction } from '../../db/database.ts';
import { type Column, ColumnBuilder } from './column.ts';
import { allRows, extent, type FacetRow, rowsSince, searchedVersion, tacticsOf } from './rows.ts';

/** What the results of a search can be broken down by. */
export const facetNames = [
  'severity',
  'vendor',
  'product',
  'cwe',
  'year',
  'source',
  'kev',
  'exploited',
  'tactic',
] as const;
export type FacetName = (typeof facetNames)[number];

/** What facets count, of every CVE, as of a version of the data. CVEs have numbers from 0. */
export interface Columns {
  readonly version: string;
  readonly ids: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
  readonly of: Readonly<Record<FacetName, Column>>;
  /** When the newest row was written. */
  readonly last: string | null;
}

/** More changed rows than this are read as everything is. */
const mostChanged = 20_000;
/** So long, at most, between the moment that a row says it was written and its commit; clocks of other machines count, too. */
const marginMs = 600_000;

/** The columns as of now, made from earlier ones where little has changed since. */
export async function currentColumns(db: Database, had: Columns | null): Promise<Columns> {
  let columns = (had && (await refreshed(db, had))) ?? (await wholeColumns(db));
  // While a load goes on, what was read page by page is of several moments.
  for (let attempt = 1; columns.version === '' && attempt <= 2; attempt++) {
    columns = (await refreshed(db, columns)) ?? (await wholeColumns(db));
  }
  return columns;
}

/** Everything, read page by page; the version is '' when something was written meanwhile. */
async function wholeColumns(db: Database): Promise<Columns> {
  const version = await searchedVersion(db);
  const { last } = await extent(db);
  const building = new Building(null);
  for await (const rows of allRows(db)) for (const row of rows) building.append(row);
  const columns = building.build(version, last, await tacticsOf(db));
  return (await searchedVersion(db)) === version ? columns : { ...columns, version: '' };
}

/** The columns with what was written since; null where they have to be read as a whole. */
async function refreshed(db: Database, had: Columns): Promise<Columns | null> {
  return transaction(
    db,
    async (tx) => {
      const version = await searchedVersion(tx);
      if (version === had.version) return had;
      const { last, rows } = await extent(tx);
      const since = had.last === null ? '-infinity' : new Date(Date.parse(had.last) - marginMs).toISOString();
      const changed = await rowsSince(tx, since, mostChanged + 1);
      const byId = new Map(changed.map((row) => [row.cve_id, row]));
      const added = changed.filter((row) => !had.numbers.has(row.cve_id));
      if (changed.length > mostChanged || had.ids.length + added.length !== rows) return null;
      const building = new Building(had);
      had.ids.forEach((id, number) => {
        building.take(number, byId.get(id));
      });
      for (const row of added) building.append(row);
      return building.build(version, last, await tacticsOf(tx));
    },
    'BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ',
  );
}

const rowFacets = ['severity', 'vendor', 'product', 'cwe', 'year', 'source', 'kev', 'exploited'] as const;

class Building {
  readonly #had: Columns | null;
  readonly #ids: string[] = [];
  readonly #builders: Record<(typeof rowFacets)[number], ColumnBuilder>;

  constructor(had: Columns | null) {
    this.#had = had;
    const builder = (name: (typeof rowFacets)[number]) => new ColumnBuilder(had?.of[name]);
    this.#builders = {
      severity: builder('severity'),
      vendor: builder('vendor'),
      product: builder('product'),
      cwe: builder('cwe'),
      year: builder('year'),
      source: builder('source'),
      kev: builder('kev'),
      exploited: builder('exploited'),
    };
  }

  append(row: FacetRow): void {
    this.#ids.push(row.cve_id);
    for (const name of rowFacets) this.#builders[name].append(wordsOf(row, name));
  }

  /** A CVE as it was, unless it was written since. */
  take(number: number, row: FacetRow | undefined): void {
    if (row) {
      this.append(row);
      return;
    }
    if (!this.#had) throw new Error('there is nothing to take a CVE from');
    this.#ids.push(this.#had.ids[number] ?? '');
    for (const name of rowFacets) this.#builders[name].appendFrom(this.#had.of[name], number);
  }

  build(version: string, last: string | null, tactics: ReadonlyMap<string, readonly string[]>): Columns {
    const tactic = new ColumnBuilder();
    for (const id of this.#ids) tactic.append(tactics.get(id) ?? []);
    const b = this.#builders;
    return {
      version,
      ids: this.#ids,
      numbers: new Map(this.#ids.map((id, number) => [id, number])),
      of: {
        severity: b.severity.build(),
        vendor: b.vendor.build(),
        product: b.product.build(),
        cwe: b.cwe.build(),
        year: b.year.build(),
        source: b.source.build(),
        kev: b.kev.build(),
        exploited: b.exploited.build(),
        tactic: tactic.build(),
      },
      last,
    };
  }
}

function wordsOf(row: FacetRow, name: (typeof rowFacets)[number]): readonly string[] {
  const value = row[name];
  if (value === null) return [];
  return typeof value === 'object' ? value : [String(value)];
}
