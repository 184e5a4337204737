import type { CvssAssessment } from './record.ts';
import type { Vulnerability } from './vulnerability.ts';

const mostHosts = 100;

/**
 * Facts of a merged record as words of the form `kind:value`, so that one index answers for all of them: the scores of
 * each CVSS version, the base metrics of the headline's vector, the hosts of references, remarks, states and flags.
 * Sorted, each once.
 */
export function keywords(v: Vulnerability): string[] {
  const found = new Set<string>([`state:${v.state}`]);
  if (v.ransomware !== null) found.add(`ransomware:${v.ransomware}`);
  if (v.publicExploit) found.add('exploit:true');
  for (const assessment of v.cvss) found.add(scoreKeyword(assessment));
  for (const metric of baseMetrics(v.cvssVector)) found.add(metric);
  for (const tag of v.tags) found.add(`tag:${tag}`);
  for (const host of hostsOf(v.references)) found.add(`ref:${host}`);
  return [...found].sort();
}

/** `cvss3:9.8`: scores have one decimal in every version. */
export function scoreKeyword({ version, score }: Pick<CvssAssessment, 'version' | 'score'>): string {
  return `cvss${version.charAt(0)}:${score.toFixed(1)}`;
}

const metricNames: Readonly<Record<string, string>> = { AV: 'av', AC: 'ac', AT: 'at', PR: 'pr', UI: 'ui', S: 'scope' };

function baseMetrics(vector: string | null): string[] {
  return (vector ?? '').split('/').flatMap((part) => {
    const [metric = '', value] = part.split(':');
    const name = metricNames[metric];
    return name && value ? [`${name}:${value}`] : [];
  });
}

/** The hosts of references with the domains above them, down to two labels. */
function hostsOf(references: Vulnerability['references']): Set<string> {
  const hosts = new Set<string>();
  for (const { url } of references) {
    const host = /^[a-z]+:\/\/(?:[^/@]*@)?([^/:?#]+)/i.exec(url)?.[1]?.toLowerCase();
    if (!host || hosts.size >= mostHosts) continue;
    const labels = host.split('.');
    for (let i = 0; i <= Math.max(0, labels.length - 2); i++) hosts.add(labels.slice(i).join('.'));
  }
  return hosts;
}
