import type { Database, Db } from '../db/database.ts';
import { parseCpe } from '../domain/cpe.ts';
import { canonicalName } from '../domain/names.ts';
import type { Query } from '../domain/query/ast.ts';
import type { Affected, CveId } from '../domain/record.ts';
import type { SourceId } from '../domain/source-id.ts';
import { affects, type VersionMatch } from '../domain/versions.ts';
import type { SaidBy } from '../domain/vulnerability.ts';
import { AppError } from '../errors.ts';
import type { Condition } from './sql.ts';

/** Software whose being affected a query asks for. Empty lists: any. */
export interface Software {
  readonly vendors: readonly string[];
  readonly products: readonly string[];
  readonly version: string | null; // null: any version
}

/** Why a hit is one: who calls which versions of what affected. */
export interface Because {
  readonly source: SourceId;
  readonly vendor: string;
  readonly product: string;
  readonly match: VersionMatch;
}

/** A query in two parts: what SQL answers, and the software whose versions are compared afterwards; all of these must be affected. */
export interface Split {
  readonly rest: Query;
  readonly software: readonly Software[];
}

const special = new Set(['version', 'cpe', 'purl']);

/**
 * Takes versions, CPE names and package URLs out of a query; what they say of vendors and products stays in it.
 * @throws AppError `invalid_query` for a version without a product, or one that is not joined by AND
 */
export function splitAffected(query: Query): Split {
  const parts = query.kind === 'and' ? query.parts : [query];
  const ordinary = parts.filter((part) => !isSpecial(part));
  if (ordinary.some(holdsSpecial)) {
    throw new AppError(
      'invalid_query',
      'version:, cpe: and purl: must be joined to the rest by AND, not by OR or NOT.',
    );
  }
  const software: Software[] = [];
  const named: Query[] = [];
  for (const part of parts) {
    if (part.kind !== 'is' || !special.has(part.field)) continue;
    const wanted = softwareOf(part.field, String(part.values[0]), ordinary);
    if (part.values.length > 1) throw new AppError('invalid_query', `${part.field}: takes one value.`);
    software.push(wanted);
    if (part.field !== 'version') named.push(...nameQueries(wanted));
  }
  const rest = [...ordinary, ...named];
  return { rest: rest.length > 1 ? { kind: 'and', parts: rest } : (rest[0] ?? { kind: 'all' }), software };
}

function isSpecial(query: Query): boolean {
  return query.kind === 'is' && special.has(query.field);
}

function holdsSpecial(query: Query): boolean {
  if (query.kind === 'and' || query.kind === 'or') return query.parts.some(holdsSpecial);
  if (query.kind === 'not') return holdsSpecial(query.part);
  return 'field' in query && special.has(query.field);
}

function softwareOf(field: string, value: string, beside: readonly Query[]): Software {
  if (field === 'cpe') return softwareOfCpe(value);
  if (field === 'purl') return softwareOfPurl(value);
  const names = (of: string) =>
    beside
      .flatMap((q) => (q.kind === 'is' && q.field === of ? q.values.map(String) : []))
      .filter((n) => !n.includes('*'));
  const software = { vendors: names('vendor'), products: names('product'), version: value };
  if (software.products.length === 0) {
    throw new AppError('invalid_query', 'version: needs the product beside it: product:openssl version:3.0.7.');
  }
  return software;
}

/** Vendor, product and version of a CPE name; its ANY and NA are no restriction. @throws AppError `invalid_query` */
export function softwareOfCpe(text: string): Software {
  const cpe = parseCpe(text);
  if (!cpe) throw new AppError('invalid_query', `${text} is no CPE name.`);
  const name = (value: string) => [canonicalName(value)].filter(Boolean);
  const version = cpe.version === '*' || cpe.version === '-' ? null : cpe.version;
  return { vendors: name(cpe.vendor), products: name(cpe.product), version };
}

/** Product and version of a package URL. @see https://github.com/package-url/purl-spec @throws AppError `invalid_query` */
export function softwareOfPurl(text: string): Software {
  const [, path = '', version] = /^pkg:[a-z0-9.+-]+\/([^@?#]+)(?:@([^?#]+))?/i.exec(text) ?? [];
  const name = canonicalName(decoded(path.split('/').at(-1) ?? ''));
  if (name === '') throw new AppError('invalid_query', `${text} is no package URL.`);
  return { vendors: [], products: [name], version: version === undefined ? null : decoded(version) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function nameQueries({ vendors, products }: Software): Query[] {
  return [
    ...(vendors.length > 0 ? [{ kind: 'is' as const, field: 'vendor', values: vendors }] : []),
    ...(products.length > 0 ? [{ kind: 'is' as const, field: 'product', values: products }] : []),
  ];
}

/** Why the software is affected by one record's word, or null. */
export function becauseOf(affected: readonly SaidBy<Affected>[], software: Software): Because | null {
  for (const entry of affected) {
    if (software.products.length > 0 && !software.products.includes(entry.product)) continue;
    if (software.vendors.length > 0 && entry.vendor !== '' && !software.vendors.includes(entry.vendor)) continue;
    const { source, vendor, product } = entry;
    if (software.version === null) return { source, vendor, product, match: { kind: 'all' } };
    const verdict = affects(entry, software.version);
    if (verdict?.affected) return { source, vendor, product, match: verdict.because };
  }
  return null;
}

/** More records than this of one product are not compared. */
const mostCandidates = 50_000;
const page = 5_000;

/** The CVEs that match the condition and affect all of the software, each with the reason. */
export async function affecting(
  db: Database | Db,
  where: Condition,
  software: readonly Software[],
): Promise<Map<CveId, Because>> {
  const found = new Map<CveId, Because>();
  const products = [...new Set(software.flatMap((s) => s.products))];
  for (let after = '', seen = 0; seen < mostCandidates; seen += page) {
    const place = where.params.length;
    // Only the entries of these products: some records name thousands.
    const { rows } = await db.query<{ cveId: CveId; affected: SaidBy<Affected>[] }>(
      `SELECT cve_id AS "cveId", (SELECT coalesce(jsonb_agg(a), '[]') FROM jsonb_array_elements(affected_products) a
         WHERE cardinality($${place + 1}::text[]) = 0 OR a ->> 'product' = ANY($${place + 1}::text[])) AS affected
       FROM vulnerabilities WHERE ${where.sql} AND cve_id > $${place + 2} ORDER BY cve_id LIMIT ${page}`,
      [...where.params, products, after],
    );
    for (const { cveId, affected } of rows) {
      const reasons = software.map((s) => becauseOf(affected, s));
      const [first] = reasons;
      if (first && reasons.every((reason) => reason !== null)) found.set(cveId, first);
    }
    if (rows.length < page) break;
    after = rows.at(-1)?.cveId ?? after;
  }
  return found;
}
