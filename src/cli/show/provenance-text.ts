import type { Provenance } from '../../domain/provenance.ts';
import type { StoredRecord } from '../../domain/vulnerability.ts';
import { count, cut, plain } from '../output.ts';

const width = 110;

/** Per field who said what; `*` marks what stands. */
export function provenanceText(id: string, fields: readonly Provenance[], records: readonly StoredRecord[]): string {
  const withdrawn = records.filter((r) => r.withdrawn).map((r) => r.record.source);
  const blocks = fields.map((f) => {
    const rule =
      f.rule === 'union'
        ? ' (all of them)'
        : f.rule === 'any'
          ? ' (while anyone says so)'
          : f.rule === 'newest'
            ? ' (the newest)'
            : '';
    const lines = f.said.map(
      (s) => `${s.stands ? '* ' : '  '}${s.source.padEnd(13)} ${cut(valueText(s.value), width)}`,
    );
    return `${f.field}${rule}\n${lines.join('\n')}`;
  });
  const note = withdrawn.length > 0 ? [`withdrawn by ${withdrawn.join(', ')}`] : [];
  return [`${id}: who said what; * marks what stands`, ...blocks, ...note].join('\n\n');
}

/** A value on one line; long lists by their number and first elements. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) {
    const first = value.slice(0, 3).map(valueText).join(' | ');
    return value.length > 3 ? `${count(value.length)}: ${first} | …` : first;
  }
  if (value === null) return '-';
  if (typeof value !== 'object') return plain(String(value));
  const members = Object.entries(value).filter(([, v]) => v !== null && v !== undefined);
  return members
    .map(
      ([k, v]) =>
        `${k} ${Array.isArray(v) ? `[${v.slice(0, 5).map(valueText).join(', ')}${v.length > 5 ? ', …' : ''}]` : valueText(v)}`,
    )
    .join(', ');
}
