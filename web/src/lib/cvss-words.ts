/** What each metric of a CVSS vector asks, and what its values say. @see https://www.first.org/cvss/ */

type Metric = readonly [name: string, values: Readonly<Record<string, string>>];

const impact = { H: 'high', L: 'low', N: 'none' };

const v3: Readonly<Record<string, Metric>> = {
  AV: ['Attack from', { N: 'the network', A: 'an adjacent network', L: 'the machine itself', P: 'physical contact' }],
  AC: ['Complexity', { L: 'low', H: 'high' }],
  AT: ['Requirements', { N: 'none', P: 'present' }],
  PR: ['Privileges needed', { N: 'none', L: 'few', H: 'many' }],
  UI: ['User must act', { N: 'no', R: 'yes', P: 'passively', A: 'actively' }],
  S: ['Reaches beyond the component', { U: 'no', C: 'yes' }],
  C: ['Confidentiality lost', impact],
  I: ['Integrity lost', impact],
  A: ['Availability lost', impact],
  VC: ['Confidentiality lost', impact],
  VI: ['Integrity lost', impact],
  VA: ['Availability lost', impact],
  SC: ['Confidentiality of other systems lost', impact],
  SI: ['Integrity of other systems lost', { ...impact, S: 'safety' }],
  SA: ['Availability of other systems lost', { ...impact, S: 'safety' }],
  E: ['Exploit', { A: 'attacked', H: 'high', F: 'functional', P: 'proof of concept', U: 'unproven' }],
};

const partly = { N: 'none', P: 'partly', C: 'completely' };

const v2: Readonly<Record<string, Metric>> = {
  AV: ['Attack from', { N: 'the network', A: 'an adjacent network', L: 'the machine itself' }],
  AC: ['Complexity', { L: 'low', M: 'medium', H: 'high' }],
  Au: ['Logins needed', { N: 'none', S: 'one', M: 'several' }],
  C: ['Confidentiality lost', partly],
  I: ['Integrity lost', partly],
  A: ['Availability lost', partly],
};

/** The metrics of a vector in words, in its order; those without meaning here are left as they are. */
export function vectorInWords(vector: string): { metric: string; name: string; value: string }[] {
  const isV2 = !vector.startsWith('CVSS:');
  const metrics = isV2 ? v2 : v3;
  return vector
    .replaceAll(/[()]/g, '')
    .split('/')
    .filter((part) => !part.startsWith('CVSS:') && part.includes(':') && !part.endsWith(':X'))
    .map((part) => {
      const [metric = '', value = ''] = part.split(':');
      const known = metrics[metric];
      return { metric: part, name: known?.[0] ?? metric, value: known?.[1][value] ?? value };
    });
}
