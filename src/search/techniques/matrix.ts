import type { Db } from '../../db/database.ts';
import { type MatrixTechnique, matrixTechniques, type StoredTactic, tacticsIn } from '../../db/tactics.ts';
import type { AttackDomain } from '../../domain/catalogue.ts';
import type { Heat } from './heat.ts';

/** A cell of a matrix. */
export interface Cell {
  readonly techniqueId: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly cveCount: number; // mapped to it or its sub-techniques
}

/** A column of a matrix. */
export interface Column extends StoredTactic {
  readonly techniques: readonly Cell[];
}

/** The matrices of ATT&CK, column by column, with the heat of each technique. */
export async function matrix(db: Db, domains: readonly AttackDomain[], heat: Heat): Promise<Column[]> {
  const tactics = await tacticsIn(db, domains);
  const techniques = await matrixTechniques(db);
  return tactics.map((tactic) => ({
    ...tactic,
    techniques: techniques.filter((technique) => isIn(technique, tactic)).map((technique) => cellOf(technique, heat)),
  }));
}

function isIn({ tactics, domains }: MatrixTechnique, { shortName, domain }: StoredTactic): boolean {
  return tactics.includes(shortName) && domains.includes(domain);
}

function cellOf({ techniqueId, name, parentId }: MatrixTechnique, heat: Heat): Cell {
  return { techniqueId, name, parentId, cveCount: heat.byTechnique.get(techniqueId) ?? 0 };
}
