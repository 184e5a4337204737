import calculator from 'ae-cvss-calculator';
import type { CvssVersion, Severity } from './record.ts';

const baseMetricsOf: Readonly<Record<CvssVersion, readonly string[]>> = {
  '2.0': ['AV', 'AC', 'Au', 'C', 'I', 'A'],
  '3.0': ['AV', 'AC', 'PR', 'UI', 'S', 'C', 'I', 'A'],
  '3.1': ['AV', 'AC', 'PR', 'UI', 'S', 'C', 'I', 'A'],
  '4.0': ['AV', 'AC', 'AT', 'PR', 'UI', 'VC', 'VI', 'VA', 'SC', 'SI', 'SA'],
};

const metrics = /^(?:[A-Za-z]{1,3}:[A-Za-z]{1,5}\/)*[A-Za-z]{1,3}:[A-Za-z]{1,5}$/;
const maxVectorLength = 300;

/** Whether `score` can be a CVSS score. 0.0 can. */
export function isCvssScore(score: number): boolean {
  return score >= 0 && score <= 10;
}

/**
 * The severity that a version's qualitative scale gives to a score.
 * Version 2 has none of its own; its scale is NVD's.
 * @see https://nvd.nist.gov/vuln-metrics/cvss
 * @see https://www.first.org/cvss/v4.0/specification-document (6: Qualitative Severity Rating Scale)
 */
export function severityOf(version: CvssVersion, score: number): Severity {
  if (score >= 9 && version !== '2.0') return 'CRITICAL';
  if (score >= 7) return 'HIGH';
  if (score >= 4) return 'MEDIUM';
  return score > 0 || version === '2.0' ? 'LOW' : 'NONE';
}

const severityWords: Readonly<Record<string, Severity>> = {
  critical: 'CRITICAL',
  important: 'HIGH',
  high: 'HIGH',
  moderate: 'MEDIUM',
  medium: 'MEDIUM',
  low: 'LOW',
  none: 'NONE',
};

/** The severity that a word stands for in the scales of CVSS, Red Hat, Apache and Microsoft, or null. */
export function severityNamed(word: string): Severity | null {
  const lower = word.trim().toLowerCase();
  return Object.hasOwn(severityWords, lower) ? (severityWords[lower] ?? null) : null;
}

/** `text` as a CVSS version: '3' and '2' are written too. */
export function cvssVersion(text: string): CvssVersion | null {
  if (text === '2.0' || text === '3.0' || text === '3.1' || text === '4.0') return text;
  if (text === '2' || text === '3' || text === '4') return `${text}.0`;
  return null;
}

/**
 * The version and the metrics of a vector of any version, or null when it is none: a base metric is missing, or the form
 * is not that of the specification. Version 2 has no prefix and may stand in parentheses.
 */
export function parseVector(text: string): { readonly version: CvssVersion; readonly vector: string } | null {
  if (text.length > maxVectorLength) return null;
  const vector = text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1) : text;
  const prefixed = vector.startsWith('CVSS:');
  const version = prefixed ? cvssVersion(vector.slice(5, 8)) : '2.0';
  if (version === null || prefixed === (version === '2.0')) return null;
  const rest = prefixed ? vector.slice(8) : `/${vector}`;
  if (!rest.startsWith('/') || !metrics.test(rest.slice(1))) return null;
  for (const metric of baseMetricsOf[version]) if (!rest.includes(`/${metric}:`)) return null;
  return { version, vector };
}

/**
 * The score of a vector as its publishers state it, or null when it cannot be computed: the base score, which in version
 * 4.0 includes what the vector says of threat and environment.
 */
export function scoreOf(vector: string): number | null {
  const parsed = parseVector(vector);
  if (!parsed) return null;
  try {
    const scores = calculator.fromVector(parsed.vector)?.calculateScores();
    const score = scores && 'base' in scores ? scores.base : undefined;
    return typeof score === 'number' && isCvssScore(score) ? score : null;
  } catch {
    return null; // a metric has a value that its version does not know
  }
}
