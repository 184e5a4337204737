import { ways } from '../../search/indicators/candidates.ts';
import type { Finding } from '../../search/indicators/check.ts';
import type { Match } from '../../search/indicators/match.ts';
import { type Column, count, type Output, table } from '../output.ts';
import { knownColumns } from './table.ts';

interface Row {
  readonly finding: Finding;
  readonly match: Match | null; // nobody reports it
}

const places: readonly Column<Row>[] = [
  { title: 'line', value: ({ finding }) => finding.firstLine, align: 'right' },
  { title: 'lines', value: ({ finding }) => count(finding.lines), align: 'right' },
];

const columns: readonly Column<Row>[] = [
  { title: 'found', value: ({ finding }) => finding.typed, width: 60 },
  { title: 'how', value: ({ match }) => (match ? match.way.replaceAll('_', ' ') : 'unknown') },
  { title: 'indicator', value: ({ match }) => match?.indicator.value ?? null, width: 60 },
  ...knownColumns.map(({ value, ...column }) => ({
    ...column,
    value: ({ match }: Row) => match && value(match.indicator),
  })),
];

/** What was found, a line for each match; with the place in the text where it comes from one. */
export function printFindings(findings: readonly Finding[], isText: boolean, output: Output): void {
  const rows = findings.flatMap((finding): Row[] =>
    finding.matches.length > 0 ? finding.matches.map((match) => ({ finding, match })) : [{ finding, match: null }],
  );
  if (rows.length === 0) return;
  output.print(table(rows, isText ? [...places, ...columns] : columns));
  const used = new Set(rows.flatMap(({ match }) => (match && match.way !== 'exact' ? [match.way] : [])));
  for (const way of used) output.say(`${way.replaceAll('_', ' ')}: ${ways[way]}`);
}
