import type { ActorKind } from '../domain/catalogue.ts';
import { foldedFamily, spellingsOfFamily } from '../domain/indicator-family.ts';
import type { CveId } from '../domain/record.ts';
import { type Database, type Db, transaction } from './database.ts';
import { isDistributed } from './distributed.ts';
import {
  type IndicatorItself,
  indicatorColumns,
  indicatorOrder,
  type KnownIndicator,
  withFamilies,
} from './indicators.ts';

/** Indicators that have to do with something: the active and latest first, and how many there are, counted no further than about 10,000. */
export interface RelatedIndicators {
  readonly total: { readonly value: number; readonly exact: boolean };
  readonly indicators: readonly KnownIndicator[];
}

const countLimit = 10_000;

/** The indicators whose tags name a CVE; at most `limit` of them. */
export async function indicatorsOfCve(db: Database, cveId: CveId, limit: number): Promise<RelatedIndicators> {
  return tagged(db, [cveId], limit);
}

/** The indicators whose tags name a technique, or a group or software that uses it; at most `limit` of them. */
export async function indicatorsOfTechnique(
  db: Database,
  techniqueId: string,
  limit: number,
): Promise<RelatedIndicators> {
  const { rows } = await db.query<{ spelling: string }>(
    `SELECT DISTINCT spelling FROM attack_actors, jsonb_array_elements_text(names) AS n(spelling)
     WHERE technique_ids @> $1::jsonb AND state = 'active' ORDER BY 1 LIMIT 2000`,
    [JSON.stringify([techniqueId])],
  );
  return tagged(db, [techniqueId, ...rows.flatMap((row) => spellingsOfFamily(row.spelling))], limit);
}

/** The indicators whose tags name a group or software of ATT&CK, by its names; at most `limit` of them. */
export async function indicatorsOfActor(
  db: Database,
  names: readonly string[],
  limit: number,
): Promise<RelatedIndicators> {
  return tagged(db, names.flatMap(spellingsOfFamily), limit);
}

/** For a few rows of a tag the planner would read the table until they come, for one tag after the other. */
const byIndex = 'BEGIN READ ONLY; SET LOCAL enable_seqscan = off; SET LOCAL jit = off';

/**
 * Each tag looked up by itself: an index cannot be asked for any of several at once. Of hundreds of tags, each brings fewer:
 * a common technique is used by half of all malware.
 */
async function tagged(db: Database, tags: readonly string[], limit: number): Promise<RelatedIndicators> {
  const wanted = [...new Set(tags)].map((tag) => JSON.stringify([tag]));
  if (wanted.length === 0) return { total: { value: 0, exact: true }, indicators: [] };
  // Without the index, which a first load puts off, the table would be read for each tag.
  if (wanted.length > 3 && (await isPutOff(db))) return { total: { value: 0, exact: false }, indicators: [] };
  const each = Math.max(limit, Math.floor(countLimit / wanted.length));
  const met = (await isDistributed(db)) ? metApart(wanted.length) : metTogether;
  const sql = `WITH met AS MATERIALIZED (${met}), found AS MATERIALIZED (SELECT DISTINCT value_hash, ioc_type FROM met)
     SELECT (SELECT count(*)::int FROM found) AS total,
            (SELECT max(n)::int FROM (SELECT count(*) AS n FROM met GROUP BY tag) AS counts) AS most, ${indicatorColumns}
     FROM found JOIN iocs AS i USING (value_hash, ioc_type) ORDER BY ${indicatorOrder} LIMIT $2`;
  const { rows } = await transaction(
    db,
    async (tx) => tx.query<IndicatorItself & { total: number; most: number }>(sql, [wanted, limit, each + 1]),
    byIndex,
  );
  const { total = 0, most = 0 } = rows[0] ?? {};
  return {
    total: { value: total, exact: most <= each },
    indicators: await withFamilies(
      db,
      rows.map(({ total: _, most: _most, ...indicator }) => indicator),
    ),
  };
}

const metTogether = `SELECT t.value_hash, t.ioc_type, tag FROM unnest($1::jsonb[]) AS tag CROSS JOIN LATERAL (
    SELECT value_hash, ioc_type FROM iocs WHERE tags @> tag AND tags <> '[]'::jsonb LIMIT $3
  ) AS t`;

/** The same for Citus, which knows no LATERAL over a distributed table; for hundreds of tags it takes three times as long. */
function metApart(tags: number): string {
  const each = Array.from({ length: tags }, (_, n) => {
    const tag = `($1::jsonb[])[${n + 1}]`;
    return `(SELECT value_hash, ioc_type, ${tag} AS tag FROM iocs WHERE tags @> ${tag} AND tags <> '[]'::jsonb LIMIT $3)`;
  });
  return each.join(' UNION ALL ');
}

async function isPutOff(db: Db): Promise<boolean> {
  return (await db.query(`SELECT FROM deferred_indexes WHERE name = 'ix_iocs_tags'`)).rows.length > 0;
}

/** A group or software of ATT&CK that an indicator's malware or tags name. */
export interface RelatedActor {
  readonly id: string;
  readonly kind: ActorKind;
  readonly name: string;
  readonly techniqueIds: readonly string[];
}

/** Who of ATT&CK an indicator names as its malware or in its tags; at most `limit`. */
export async function actorsOfIndicator(
  db: Db,
  { malware, tags }: Pick<KnownIndicator, 'malware' | 'tags'>,
  limit: number,
): Promise<RelatedActor[]> {
  const names = [...new Set([...malware, ...tags].map(foldedFamily))].filter((name) => name !== '');
  if (names.length === 0) return [];
  const { rows } = await db.query<RelatedActor>(
    `SELECT actor_id AS id, kind, name, technique_ids AS "techniqueIds" FROM attack_actors
     WHERE state = 'active' AND EXISTS (
       SELECT FROM jsonb_array_elements_text(names) AS n(spelling) WHERE translate(spelling, '_-. ', '') = ANY($1::text[])
     ) ORDER BY actor_id LIMIT $2`,
    [names, limit],
  );
  return rows;
}
