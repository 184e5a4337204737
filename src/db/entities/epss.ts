import { defineEntity, p } from '@mikro-orm/core';
import { between, day, idText, number } from './columns.ts';

/**
 * Today's EPSS: narrow, because all of it is rewritten every day; and without a further index, because an update that
 * changes no indexed column needs no new index entries (its migration leaves room in each page for the new rows).
 */
export const epssScores = defineEntity({
  name: 'EpssScore',
  tableName: 'epss_scores',
  properties: {
    cveId: idText().primary(),
    epss: number(),
    percentile: number(),
    day: day(),
  },
  checks: [
    between('epss_scores_epss_check', 'epss', 0, 1),
    between('epss_scores_percentile_check', 'percentile', 0, 1),
  ],
});

/** How a CVE's EPSS went: a row for each day on which it had moved by more than a threshold since the row before. */
export const epssHistory = defineEntity({
  name: 'EpssDay',
  tableName: 'epss_history',
  properties: {
    cveId: idText().primary(),
    day: p.date().primary(),
    epss: number(),
    percentile: number(),
  },
});
