import { defineEntity, p } from '@mikro-orm/core';
import { between, day, idText, index, number } from './columns.ts';

/** Today's EPSS: narrow, because all of it is rewritten every day. */
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
  indexes: [index('ix_epss_scores_epss', 'epss_scores', 'using btree (epss desc, cve_id)')],
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
