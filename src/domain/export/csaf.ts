import { scoreOf } from '../cvss.ts';
import { cvssRoles } from '../precedence.ts';
import type { CvssAssessment, CvssVersion } from '../record.ts';
import { truncated } from '../text.ts';
import type { SaidBy } from '../vulnerability.ts';
import type { ExportHead, ExportRecord, ExportWriter } from './contract.ts';
import { csafProducts } from './csaf-products.ts';
import { uriOf } from './uri.ts';

/**
 * One document in the form of CSAF 2.0, profile "Security Advisory": every CVE with its notes, scores, references and the
 * status of its products. The product tree stands behind the CVEs, so that the document can be written as it is read.
 * @see https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html
 */
export function csafWriter(head: ExportHead): ExportWriter {
  let isEmpty = true;
  return {
    begin: '',
    write(record) {
      const products = csafProducts(record);
      const joint = isEmpty
        ? `{"document":${JSON.stringify(documentOf(head, 'csaf_security_advisory'))},"vulnerabilities":[\n`
        : ',\n';
      const branches = products.branches.map((branch) => JSON.stringify(branch)).join(',\n');
      const aside = isEmpty ? branches : `,\n${branches}`;
      isEmpty = false;
      return { text: joint + JSON.stringify(vulnerabilityOf(record, products)), aside };
    },
    middle: () => (isEmpty ? '' : '\n],"product_tree":{"branches":[\n'),
    // An advisory without a vulnerability is none.
    end: () => (isEmpty ? `{"document":${JSON.stringify(documentOf(head, 'csaf_base'))}}\n` : '\n]}}\n'),
  };
}

function documentOf({ query, at, version, uuid }: ExportHead, category: string): object {
  const what = query === '' ? 'All vulnerabilities' : `Vulnerabilities that match: ${query}`;
  return {
    category,
    csaf_version: '2.0',
    title: truncated(what, 500),
    lang: 'en',
    distribution: { tlp: { label: 'WHITE' } },
    notes: [
      {
        category: 'general',
        text: 'Merged from public sources by OpenThreat. Each vulnerability is as its record stood when it was written; nobody has reviewed this document.',
      },
    ],
    publisher: {
      category: 'other',
      name: 'OpenThreat',
      namespace: `urn:uuid:${uuid('identity OpenThreat')}`,
    },
    tracking: {
      id: `OPENTHREAT-${uuid(`csaf ${at} ${query}`).toUpperCase()}`,
      status: 'final',
      version: '1',
      initial_release_date: at,
      current_release_date: at,
      revision_history: [{ number: '1', date: at, summary: 'Exported.' }],
      generator: { date: at, engine: { name: 'OpenThreat', version } },
    },
  };
}

function vulnerabilityOf(record: ExportRecord, { status, ids }: ReturnType<typeof csafProducts>): object {
  const scores = scoresOf(record, ids);
  return {
    cve: record.cveId,
    ...(record.title && { title: record.title }),
    ...(record.aliases.length > 0 && {
      ids: record.aliases.map((text) => ({ system_name: text.split('-')[0] || 'other', text })),
    }),
    ...(record.publishedAt && { release_date: record.publishedAt }),
    notes: notesOf(record),
    product_status: status,
    ...(scores.length > 0 && { scores }),
    ...(record.exploited && {
      threats: [
        {
          category: 'exploit_status',
          details: `Exploited in the wild${record.exploitedSince ? `, known since ${record.exploitedSince}` : ''}.`,
          product_ids: ids,
        },
      ],
    }),
    ...(record.requiredAction && {
      remediations: [{ category: 'mitigation', details: actionOf(record), product_ids: ids }],
    }),
    references: referencesOf(record),
  };
}

function actionOf({ requiredAction, dueDate }: ExportRecord): string {
  return `${requiredAction}${dueDate ? ` (CISA's date for it: ${dueDate})` : ''}`;
}

function notesOf(record: ExportRecord): object[] {
  const { state, weaknesses, cvss } = record;
  const notes: { category: string; title?: string; text: string }[] = [
    { category: 'description', text: record.description || `No source describes ${record.cveId}.` },
  ];
  const other = (title: string, text: string) => notes.push({ category: 'other', title, text });
  if (state !== 'published') other('State', `This CVE is ${state}.`);
  if (weaknesses.length > 0) other('Weaknesses', weaknesses.join(', '));
  // CSAF 2.0 has no place for CVSS 4.0, and none for a second opinion.
  for (const a of cvss) other('CVSS', `${a.version}: ${a.score.toFixed(1)} ${a.severity} by ${a.provider}${vector(a)}`);
  return notes;
}

function vector(assessment: CvssAssessment): string {
  return assessment.vector === null ? '' : ` (${assessment.vector})`;
}

/** The most trusted assessment of CVSS 3 and that of CVSS 2 whose vectors make their scores. */
function scoresOf({ cvss }: ExportRecord, products: readonly string[]): object[] {
  const best = cvss
    .filter((a) => a.vector !== null && scoreOf(a.vector) === a.score)
    .sort((a, b) => cvssRoles.indexOf(a.role) - cvssRoles.indexOf(b.role) || b.version.localeCompare(a.version));
  const of = (versions: readonly CvssVersion[]) => best.find((a) => versions.includes(a.version));
  const [v3, v2] = [of(['3.1', '3.0']), of(['2.0'])];
  if (!v3 && !v2) return [];
  return [{ products, ...(v2 && { cvss_v2: assessment(v2) }), ...(v3 && { cvss_v3: assessment(v3) }) }];
}

function assessment({ version, vector, score, severity }: SaidBy<CvssAssessment>): object {
  return {
    version,
    vectorString: vector,
    baseScore: score,
    ...(version !== '2.0' && { baseSeverity: severity }),
  };
}

function referencesOf({ cveId, references }: ExportRecord): object[] {
  const record = { summary: `The CVE Record of ${cveId}`, url: `https://www.cve.org/CVERecord?id=${cveId}` };
  const others = references.flatMap(({ url, name, tags }) => {
    const uri = uriOf(url);
    return uri === null
      ? []
      : [{ summary: name || tags?.join(', ') || URL.parse(uri)?.hostname || 'reference', url: uri }];
  });
  return [record, ...others].map((reference) => ({ category: 'external', ...reference }));
}
