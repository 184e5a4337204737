import type { AttackDomain } from '../domain/catalogue.ts';
import type { Db } from './database.ts';

/** A tactic of a matrix; `position`: from the left, from 1. */
export interface StoredTactic {
  readonly tacticId: string;
  readonly shortName: string;
  readonly name: string;
  readonly description: string | null;
  readonly domain: AttackDomain;
  readonly position: number;
  readonly url: string | null;
}

/** The tactics in force of these matrices, in the order of each. */
export async function tacticsIn(db: Db, domains: readonly AttackDomain[]): Promise<StoredTactic[]> {
  const { rows } = await db.query<StoredTactic>(
    `SELECT tactic_id AS "tacticId", short_name AS "shortName", name, description, domain, position, url FROM tactics
     WHERE domain = ANY($1::text[]) AND state = 'active'
     ORDER BY array_position($1::text[], domain), position, tactic_id LIMIT 200`,
    [domains],
  );
  return rows;
}

/** A technique in a matrix. */
export interface MatrixTechnique {
  readonly techniqueId: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly tactics: readonly string[];
  readonly domains: readonly string[];
}

/** The techniques in force of all matrices, by id; there are a thousand or so. */
export async function matrixTechniques(db: Db): Promise<MatrixTechnique[]> {
  const { rows } = await db.query<MatrixTechnique>(
    `SELECT technique_id AS "techniqueId", name, parent_id AS "parentId", tactics, domains FROM techniques
     WHERE state = 'active' ORDER BY technique_id LIMIT 10000`,
  );
  return rows;
}
