import type { KnownIndicator } from '../../db/indicators.ts';
import type { Column } from '../output.ts';

/** The columns of a list of indicators, after those of the value itself. */
export const knownColumns: readonly Column<KnownIndicator>[] = [
  { title: 'type', value: (i) => i.type },
  { title: 'status', value: (i) => i.status },
  { title: 'sure', value: (i) => i.confidence?.toFixed(2) ?? null, align: 'right' },
  { title: 'what', value: whatOf, width: 40 },
  { title: 'who', value: (i) => i.sources.join(', '), width: 40 },
  { title: 'last seen', value: (i) => (i.lastSeen ?? i.firstSeen)?.slice(0, 10) ?? null },
];

/** What kind of threat an indicator is, and of which malware. */
export function whatOf({ threatType, malware, tags }: KnownIndicator): string {
  const words = [threatType, ...malware];
  return [...new Set(words.some((word) => word !== null) ? words : tags)].filter((word) => word !== null).join(', ');
}
