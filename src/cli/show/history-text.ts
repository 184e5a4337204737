import type { HistoryStep, StoredVulnerability } from '../../db/vulnerabilities.ts';
import { horizonSource } from '../../domain/as-of.ts';
import { cut } from '../output.ts';
import { valueText } from './provenance-text.ts';

const width = 100;

/** The history of a CVE for a person, newest first, down to its arrival. */
export function historyText(v: StoredVulnerability, steps: readonly HistoryStep[]): string {
  const blocks = steps.map((step) => {
    if (step.source === horizonSource) return `${step.changedAt}  what changed until then is not kept any more`;
    const run = step.runId === null ? '' : `, run ${step.runId}`;
    const lines = Object.entries(step.changes).flatMap(([field, change]) => {
      if ('to' in change)
        return [`  ${field}: ${cut(valueText(change.from), width)} → ${cut(valueText(change.to), width)}`];
      return [
        ...(change.added.length > 0 ? [`  ${field} + ${cut(valueText(change.added), width)}`] : []),
        ...(change.removed.length > 0 ? [`  ${field} - ${cut(valueText(change.removed), width)}`] : []),
      ];
    });
    return `${step.changedAt}  ${step.source}${run}\n${lines.join('\n')}`;
  });
  return [`${v.cveId}: what changed, newest first`, ...blocks, `${v.createdAt}  first known here`].join('\n\n');
}
