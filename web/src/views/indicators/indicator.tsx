import { Badge, Text } from '@mantine/core';
import type { Answered } from '../../api/answered.ts';
import { ViewLink } from '../../components/links.tsx';
import { badge } from '../../components/marks.tsx';
import { When } from '../../components/when.tsx';
import { defang } from '../../lib/defang.ts';
import { spaced } from '../../lib/format.ts';

export type Indicator = Answered<'listIndicators'>['items'][number];

/** An indicator, defanged, as the way to all that is known of it. */
export function IndicatorLink({
  indicator: { ioc_type, value },
}: {
  indicator: Pick<Indicator, 'ioc_type' | 'value'>;
}) {
  return (
    <ViewLink
      to="/indicators"
      search={{ view: `${ioc_type}/${value}` }}
      ff="monospace"
      size="sm"
      style={{ overflowWrap: 'anywhere' }}
    >
      {defang(value)}
    </ViewLink>
  );
}

const colors = { active: 'red', inactive: 'yellow', expired: 'gray' } as const;

/** Whether it still counts; the word says it, the colour only underlines it. */
export function Status({ status }: { status: Indicator['status'] }) {
  return (
    <Badge
      {...badge}
      className="ot-badge"
      variant="outline"
      c="var(--mantine-color-text)"
      style={{ borderColor: `var(--mantine-color-${colors[status]}-6)` }}
    >
      {status}
    </Badge>
  );
}

/** What it is said to be. */
export function threatOf({ threat_type, malware }: Pick<Indicator, 'threat_type' | 'malware'>): string {
  return [threat_type, ...malware].flatMap((one) => (one ? [spaced(one)] : [])).join(', ');
}

/** How sure it is, without a decimal: nobody knows it that well. */
export const sureness = (confidence: number) => `${Math.round(confidence * 100)}\u00a0%`;

/** What it is said to be, by whom, how sure and how old. */
export function Said({ indicator }: { indicator: Indicator }) {
  const { confidence, last_seen, sources } = indicator;
  const parts = [
    threatOf(indicator),
    `from ${sources.join(', ')}`,
    confidence === null ? '' : `${sureness(confidence)} sure`,
  ];
  return (
    <Text size="sm" component="span">
      {parts.filter(Boolean).join(' · ')}
      {last_seen && (
        <>
          {' · last seen '}
          <When at={last_seen} asAge inherit />
        </>
      )}
    </Text>
  );
}
