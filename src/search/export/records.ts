import type { Db } from '../../db/database.ts';
import { mappedTechniquesOf } from '../../db/export.ts';
import { ratedVulnerabilities } from '../../db/vulnerabilities.ts';
import type { ExportRecord } from '../../domain/export/contract.ts';
import type { CveId } from '../../domain/record.ts';

/** What a format may need beside the merged record. */
export type Details = 'epss' | 'techniques';

/** The records of these CVEs in this order; one that was taken out in between is left out. */
export async function exportRecords(
  db: Db,
  ids: readonly CveId[],
  details: readonly Details[],
): Promise<readonly ExportRecord[]> {
  const records = await ratedVulnerabilities(db, ids);
  const isRated = details.includes('epss');
  const techniques = details.includes('techniques') ? await mappedTechniquesOf(db, ids) : null;
  return ids.flatMap((id) => {
    const record = records.get(id);
    if (!record) return [];
    return [{ ...record, epss: isRated ? record.epss : null, techniques: techniques?.get(id) ?? [] }];
  });
}
