import { cvssRoles, cvssVersions, fallbackSources, precedence } from './precedence.ts';
import type { CvssAssessment, Exploitation, Reference, SourceRecord } from './record.ts';
import type { SourceId } from './source-id.ts';
import type { SaidBy, StoredRecord, Vulnerability } from './vulnerability.ts';

/**
 * The one record that follows from what the sources say of a CVE. Pure: the order of the records and their repetition
 * change nothing, every value was said by some source, and a source that is left out leaves nothing behind.
 * @returns null when no source speaks
 */
export function merge(stored: readonly StoredRecord[]): Vulnerability | null {
  const standing = stored.filter((s) => !s.withdrawn);
  if (standing.length > 0 || stored.length === 0) return mergeVoices(speaking(standing));
  const last = mergeVoices(speaking(stored));
  return last && { ...last, state: 'withdrawn', exploited: false };
}

function mergeVoices(voices: readonly StoredRecord[]): Vulnerability | null {
  const first = voices[0];
  if (!first) return null;
  const contents = voices.map(contentOf);
  const headline = headlineCvss(contents);
  const exploitation = mergedExploitation(contents);
  const ssvc = choose(contents, 'ssvc', (r) => r.ssvc);
  const references = mergedReferences(contents);
  return {
    cveId: first.record.cveId,
    state:
      choose(
        voices.map((v) => v.record),
        'state',
        (r) => r.state,
      ) ?? 'published',
    title: choose(contents, 'title', (r) => r.title),
    description: choose(contents, 'description', (r) => r.description),
    cvssScore: headline?.score ?? null,
    cvssVersion: headline?.version ?? null,
    cvssVector: headline?.vector ?? null,
    severity: headline?.severity ?? choose(contents, 'severity', (r) => r.severity) ?? 'UNKNOWN',
    publishedAt: choose(contents, 'publishedAt', (r) => r.publishedAt),
    modifiedAt: newest(voices.map((v) => v.record.modifiedAt)),
    ...exploitation,
    publicExploit: hasPublicExploit(ssvc?.exploitation ?? null, references),
    ssvc,
    cvss: contents.flatMap((r) => r.cvss.map((c) => ({ ...c, source: r.source }))),
    weaknesses: union(contents.map((r) => r.weaknesses)),
    affected: contents.flatMap((r) => r.affected.map((a) => ({ ...a, source: r.source }))),
    vendors: union(contents.map((r) => r.affected.map((a) => a.vendor))).filter((name) => name !== ''),
    products: union(contents.map((r) => r.affected.map((a) => a.product))).filter((name) => name !== ''),
    references,
    sources: union(contents.map((r) => [r.source, ...r.origins])),
    tags: union(contents.map((r) => r.tags)),
    aliases: union(contents.map((r) => r.aliases)),
  };
}

/** One stored record for each source that speaks, in the order of `precedence.lists`. */
export function speaking(stored: readonly StoredRecord[]): StoredRecord[] {
  const bySource = new Map<SourceId, StoredRecord>();
  for (const candidate of stored) {
    const had = bySource.get(candidate.record.source);
    if (!had || isNewer(candidate, had)) bySource.set(candidate.record.source, candidate);
  }
  const all = precedence.lists.flatMap((source) => bySource.get(source) ?? []);
  const real = all.filter((s) => !fallbackSources.has(s.record.source));
  return real.length > 0 ? real : all;
}

/** What a source has to say: its record, or what it last published of a CVE that it rejects now. */
export function contentOf(stored: StoredRecord): SourceRecord {
  return stored.record.state === 'published' ? stored.record : (stored.published ?? stored.record);
}

/** The value of the first source, in the order of precedence, that has one. */
export function choose<T>(
  records: readonly SourceRecord[],
  field: keyof typeof precedence,
  value: (record: SourceRecord) => T | null,
): T | null {
  for (const source of precedence[field]) {
    for (const record of records) {
      if (record.source !== source) continue;
      const said = value(record);
      if (said !== null) return said;
    }
  }
  return null;
}

/** The assessment that stands for the CVE: of the most trusted role, the newest CVSS version; ties by source, type, score. */
export function headlineCvss(records: readonly SourceRecord[]): SaidBy<CvssAssessment> | null {
  let best: SaidBy<CvssAssessment> | null = null;
  for (const record of records) {
    for (const assessment of record.cvss) {
      const candidate = { ...assessment, source: record.source };
      if (!best || compareAssessments(candidate, best) < 0) best = candidate;
    }
  }
  return best;
}

function compareAssessments(a: SaidBy<CvssAssessment>, b: SaidBy<CvssAssessment>): number {
  const order: readonly SourceId[] = precedence.cvss;
  return (
    cvssRoles.indexOf(a.role) - cvssRoles.indexOf(b.role) ||
    cvssVersions.indexOf(a.version) - cvssVersions.indexOf(b.version) ||
    order.indexOf(a.source) - order.indexOf(b.source) ||
    Number(a.type === 'secondary') - Number(b.type === 'secondary') ||
    b.score - a.score ||
    compareText(a.provider, b.provider) ||
    compareText(a.vector ?? '', b.vector ?? '')
  );
}

function mergedExploitation(
  records: readonly SourceRecord[],
): Pick<Vulnerability, 'exploited' | 'exploitedSince' | 'dueDate' | 'requiredAction' | 'ransomware'> {
  const catalogues = records.flatMap((r) => r.exploited ?? []);
  const from = <T>(value: (e: Exploitation) => T | null) =>
    choose(records, 'exploitation', (r) => (r.exploited ? value(r.exploited) : null));
  return {
    exploited: catalogues.length > 0,
    exploitedSince: oldest(catalogues.map((e) => e.since)),
    dueDate: from((e) => e.due),
    requiredAction: from((e) => e.action),
    ransomware: catalogues.some((e) => e.ransomware === true) ? true : from((e) => e.ransomware),
  };
}

function mergedReferences(records: readonly SourceRecord[]): Vulnerability['references'] {
  const [only] = records;
  if (only && records.length === 1) return only.references.map((r) => sortedReference(newReference(r, only.source)));
  const byUrl = new Map<string, MergedReference>();
  for (const record of records) {
    for (const reference of record.references) {
      const had = byUrl.get(reference.url);
      if (had) addReference(had, reference, record.source);
      else byUrl.set(reference.url, newReference(reference, record.source));
    }
  }
  return Array.from(byUrl.values(), sortedReference);
}

function sortedReference({ url, tags, name, sources }: MergedReference): Vulnerability['references'][number] {
  const named = name === undefined ? { url, sources } : { url, name, sources };
  return tags.length > 0 ? { ...named, tags: tags.sort() } : named;
}

interface MergedReference {
  readonly url: string;
  readonly tags: string[];
  name: string | undefined;
  readonly sources: SourceId[];
}

function newReference({ url, tags, name }: Reference, source: SourceId): MergedReference {
  return { url, tags: tags ? [...new Set(tags)] : [], name, sources: [source] };
}

function addReference(had: MergedReference, reference: Reference, source: SourceId): void {
  for (const tag of reference.tags ?? []) if (!had.tags.includes(tag)) had.tags.push(tag);
  if (had.name === undefined && reference.name !== undefined) had.name = reference.name;
  if (!had.sources.includes(source)) had.sources.push(source);
}

function hasPublicExploit(ssvc: 'none' | 'poc' | 'active' | null, references: Vulnerability['references']): boolean {
  return ssvc === 'poc' || ssvc === 'active' || references.some((r) => r.tags?.includes('exploit'));
}

/** Of two records of one source the later counts; equal times are told apart by content, so that order never matters. */
function isNewer(a: StoredRecord, b: StoredRecord): boolean {
  const [x, y] = [a.record.modifiedAt ?? '', b.record.modifiedAt ?? ''];
  return x === y ? JSON.stringify(a) > JSON.stringify(b) : x > y;
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  const [only] = lists;
  if (only && lists.length === 1 && only.length < 2) return only;
  return [...new Set(lists.flat())];
}

function newest(times: readonly (string | null)[]): string | null {
  return times.reduce((best, t) => (t !== null && (best === null || t > best) ? t : best), null);
}

function oldest(days: readonly (string | null)[]): string | null {
  return days.reduce((best, d) => (d !== null && (best === null || d < best) ? d : best), null);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
