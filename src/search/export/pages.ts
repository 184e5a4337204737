import type { Database } from '../../db/database.ts';
import type { ExportRecord } from '../../domain/export/contract.ts';
import type { Query } from '../../domain/query/ast.ts';
import type { CveId } from '../../domain/record.ts';
import type { Meaning } from '../corrections.ts';
import { idsById, idsInOrder, type Sort } from './ids.ts';
import { type Details, exportRecords } from './records.ts';

export interface ExportRequest {
  readonly query: Query;
  /** null: by the ids of the CVEs, which is the quickest, and the only order that cannot move while it is read. */
  readonly sort: Sort | null;
  readonly limit: number; // 1 or more; Infinity: all
  readonly now: Date;
  /** What the format says beside the merged record. */
  readonly details: readonly Details[];
  /** Told what words were taken for, before the first page. */
  readonly onMeanings?: (meanings: readonly Meaning[]) => void;
}

/** Records are read so many at a time: few enough that hostile ones fit into memory. */
const pageSize = 200;

/**
 * The CVEs that match, in pages. Each page is one moment; the database may change between two of them, and no transaction
 * is kept open, however slowly they are read. In the order of ids no CVE is left out or repeated for that.
 * @throws AppError `invalid_query`
 */
export async function* exportPages(db: Database, request: ExportRequest): AsyncGenerator<readonly ExportRecord[]> {
  const ids = request.sort === null ? idsById(db, request) : idsInOrder(db, request, request.sort);
  let left = request.limit;
  for await (const some of ids) {
    for (let from = 0; from < some.length && left > 0; from += pageSize) {
      const page: readonly CveId[] = some.slice(from, from + Math.min(pageSize, left));
      left -= page.length;
      yield await exportRecords(db, page, request.details);
    }
    if (left <= 0) return;
  }
}
