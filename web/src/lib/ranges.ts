interface Range {
  readonly from?: string;
  readonly from_excluded?: boolean;
  readonly to?: string;
  readonly to_excluded?: boolean;
}

/** A version, or a range of versions, in words: "from 1.0.1 before 1.0.1g". */
export function rangeText(range: Range | string): string {
  if (typeof range === 'string') return range;
  const from = range.from === undefined ? '' : `${range.from_excluded ? 'after' : 'from'} ${range.from}`;
  const to = range.to === undefined ? '' : `${range.to_excluded ? 'before' : 'up to'} ${range.to}`;
  return [from, to].filter(Boolean).join(' ') || 'all versions';
}
