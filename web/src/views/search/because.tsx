import { Text } from '@mantine/core';
import type { Hit } from './questions.ts';

type Reason = NonNullable<Hit['because']>;

/** Why a CVE affects the software that was asked for. */
export function Because({ because }: { because: Reason }) {
  const { source, vendor, product } = because;
  const name = [...new Set([vendor, product])].filter(Boolean).join(' ').replaceAll('_', ' ');
  return (
    <Text size="xs">
      <strong>Why:</strong> {name}
      {matchOf(because)}, says {source}
    </Text>
  );
}

function matchOf({ match, version, range }: Reason): string {
  if (match === 'version') return ` ${version} is affected`;
  if (match === 'all') return ', all versions are affected';
  if (match === 'default') return ', versions that are not listed are affected';
  if (match === 'product' || !range) return ' is affected';
  const from = range.from && `${range.from_excluded ? 'after' : 'from'} ${range.from}`;
  const to = range.to && `${range.to_excluded ? 'before' : 'up to'} ${range.to}`;
  return ` ${[from, to].filter(Boolean).join(' ') || 'all versions'} is affected`;
}
