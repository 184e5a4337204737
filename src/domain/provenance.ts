import { contentOf, headlineCvss, merge, speaking } from './merge.ts';
import { precedence } from './precedence.ts';
import type { SourceRecord } from './record.ts';
import type { SourceId } from './source-id.ts';
import type { StoredRecord } from './vulnerability.ts';

/** Who said what of a field, and whose word stands. */
export interface Provenance {
  readonly field: string;
  readonly rule: 'first of precedence' | 'union' | 'newest' | 'any';
  readonly said: readonly { readonly source: SourceId; readonly value: unknown; readonly stands: boolean }[];
}

type Said = Provenance['said'];

/** For every field that some source speaks of: what each said, and who won. Sources in the order of precedence. */
export function provenance(stored: readonly StoredRecord[]): Provenance[] {
  const merged = merge(stored);
  if (!merged) return [];
  const contents = speaking(stored.filter((s) => !s.withdrawn)).map(contentOf);
  const chosen = (field: keyof typeof precedence, name: string, value: (r: SourceRecord) => unknown): Provenance => ({
    field: name,
    rule: 'first of precedence',
    said: firstStands(inOrder(contents, precedence[field]), value),
  });
  const union = (name: string, value: (r: SourceRecord) => readonly unknown[]): Provenance => ({
    field: name,
    rule: 'union',
    said: contents.filter((r) => value(r).length > 0).map((r) => ({ source: r.source, value: value(r), stands: true })),
  });
  return [
    chosen('state', 'state', (r) => stored.find((s) => s.record.source === r.source)?.record.state ?? null),
    chosen('title', 'title', (r) => r.title),
    chosen('description', 'description', (r) => r.description),
    cvssProvenance(contents),
    chosen('publishedAt', 'published_at', (r) => r.publishedAt),
    {
      field: 'modified_at',
      rule: 'newest' as const,
      said: contents
        .filter((r) => r.modifiedAt !== null)
        .map((r) => ({ source: r.source, value: r.modifiedAt, stands: r.modifiedAt === merged.modifiedAt })),
    },
    { ...union('exploited_in_the_wild', (r) => (r.exploited ? [r.exploited] : [])), rule: 'any' as const },
    chosen('ssvc', 'ssvc', (r) => r.ssvc),
    union('cwe_ids', (r) => r.weaknesses),
    union('affected_products', (r) => r.affected),
    union('references', (r) => r.references.map((one) => one.url)),
    union('source_tags', (r) => r.tags),
    union('aliases', (r) => r.aliases),
  ].filter((p) => p.said.length > 0);
}

function inOrder(records: readonly SourceRecord[], order: readonly SourceId[]): SourceRecord[] {
  return order.flatMap((source) => records.filter((r) => r.source === source));
}

function firstStands(records: readonly SourceRecord[], value: (r: SourceRecord) => unknown): Said {
  const speaking = records.filter((r) => value(r) !== null);
  return speaking.map((r, i) => ({ source: r.source, value: value(r), stands: i === 0 }));
}

function cvssProvenance(contents: readonly SourceRecord[]): Provenance {
  const headline = headlineCvss(contents);
  const said = inOrder(contents, precedence.cvss).flatMap((r) =>
    r.cvss.map((c) => ({
      source: r.source,
      value: c,
      stands:
        headline !== null &&
        r.source === headline.source &&
        c.vector === headline.vector &&
        c.score === headline.score &&
        c.provider === headline.provider &&
        c.version === headline.version,
    })),
  );
  return { field: 'cvss', rule: 'first of precedence', said };
}
