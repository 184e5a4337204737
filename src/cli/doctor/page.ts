import { type Finding, type Severity, severities } from '../../ops/doctor/contract.ts';
import type { Report } from '../../ops/doctor/examine.ts';
import { plain, wrap } from '../output.ts';

const narrowest = 80;
const widest = 140;

/** The findings as a page for people, in lines of at most `columns` characters. */
export function doctorPage({ findings }: Report, columns: number): string {
  const width = Math.min(Math.max(columns, narrowest), widest);
  const ids = Math.max(...findings.map(({ id }) => id.length));
  return [...findings.map((finding) => entry(finding, ids, width)), '', summary(findings)].join('\n');
}

function entry({ severity, id, found, advice }: Finding, ids: number, width: number): string {
  const head = `${severity.padEnd(8)}  ${id.padEnd(ids)}  `;
  const indent = ' '.repeat(head.length);
  const lines = [found, ...(advice === null ? [] : [`→ ${advice}`])];
  return lines
    .map((line, i) => (i === 0 ? head : indent) + wrap(line, width - head.length, indent).trimStart())
    .join('\n');
}

function summary(findings: readonly Finding[]): string {
  const words: Record<Severity, string> = {
    ok: 'fine',
    notice: 'to know',
    warning: 'to see to',
    critical: 'doing harm now',
  };
  const counts = severities
    .toReversed()
    .map((severity) => ({ severity, n: findings.filter((f) => f.severity === severity).length }));
  return plain(`${counts.flatMap(({ severity, n }) => (n > 0 ? `${n} ${words[severity]}` : [])).join(', ')}.`);
}
