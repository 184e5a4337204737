import { Box, Button, Checkbox, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Problem } from '../../components/states.tsx';
import { Weakness } from '../../components/weakness.tsx';
import { count, spaced } from '../../lib/format.ts';
import { partsAbout, says, withCondition, withoutCondition, withoutPart } from '../../lib/search-text.ts';
import { type Facet, facetsQuestion } from './questions.ts';

type Name = Facet['name'];

/** In this order; of some only one value can be true, so a second one is asked for instead of the first. */
const groups: Readonly<Partial<Record<Name, { title: string; field: string; single?: true }>>> = {
  severity: { title: 'Severity', field: 'severity', single: true },
  exploited: { title: 'Exploited', field: 'exploited', single: true },
  kev: { title: 'In a KEV catalogue', field: 'kev', single: true },
  vendor: { title: 'Vendor', field: 'vendor' },
  product: { title: 'Product', field: 'product' },
  cwe: { title: 'Weakness', field: 'cwe' },
  year: { title: 'Published in', field: 'published', single: true },
  source: { title: 'Source', field: 'source' },
  tactic: { title: 'ATT&CK tactic', field: 'tactic' },
};

const few = 6;

interface Props {
  readonly q: string;
  /** The results are not there yet: they come first, and counting would only hold them up. */
  readonly isWaiting: boolean;
  readonly onChange: (q: string) => void;
}

/** What the matches are, with counts; a tick adds a condition to the query's text or takes it away. */
export function Facets({ q, isWaiting, onChange }: Props) {
  const answer = useQuery({
    ...facetsQuestion(q),
    enabled: !isWaiting,
    placeholderData: keepPreviousData,
    staleTime: 300_000,
  });
  if (answer.error) return <Problem error={answer.error} retry={() => answer.refetch()} />;
  return (
    <Stack gap="md" aria-busy={isWaiting || answer.isFetching}>
      {answer.data?.total === 0 && <Text size="sm">Nothing matches, so there is nothing to count.</Text>}
      {Object.entries(groups).map(([name, group]) => {
        const facet = answer.data?.facets.find((one) => one.name === name);
        if (!answer.data) return <Skeleton key={name} height={190} />;
        return facet && <Values key={name} facet={facet} {...group} q={q} isWaiting={isWaiting} onChange={onChange} />;
      })}
    </Stack>
  );
}

interface GroupProps extends Props {
  readonly facet: Facet;
  readonly title: string;
  readonly field: string;
  readonly single?: true;
}

function Values({ facet, title, field, single, q, isWaiting, onChange }: GroupProps) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const about = partsAbout(q, field);
  // What else there would be, were it not for the value that is asked for.
  const without = about.toReversed().reduce(withoutPart, q);
  const others = useQuery({
    ...facetsQuestion(without, facet.name),
    enabled: !isWaiting && single === true && about.length > 0,
    placeholderData: keepPreviousData,
  });
  const all = ordered(facet.name, (single && about.length > 0 && others.data?.facets[0]?.values) || facet.values);
  if (all.length === 0) return null;
  const shown = isOpen ? all : all.filter(({ query }, i) => i < few || says(q, query));
  return (
    <Box component="section" aria-labelledby={id}>
      <Title order={3} size="h6" id={id} mb={4}>
        {title}
      </Title>
      <Stack gap={0}>
        {shown.map(({ value, count: n, query }) => {
          const isOn = says(q, query);
          const toggled = isOn ? withoutCondition(q, query) : withCondition(q, query, single);
          return (
            <Checkbox
              key={value}
              size="xs"
              checked={isOn}
              onChange={() => onChange(toggled)}
              styles={{ body: { alignItems: 'center', minHeight: 26 }, labelWrapper: { flex: 1, minWidth: 0 } }}
              label={
                <Group justify="space-between" wrap="nowrap" gap="xs">
                  <Text size="sm" lineClamp={facet.name === 'cwe' ? 1 : 2} style={{ overflowWrap: 'anywhere' }}>
                    {facet.name === 'cwe' ? <Weakness id={value} /> : named(facet.name, value)}
                  </Text>
                  <Text size="xs" className="ot-number">
                    {count(n)}
                  </Text>
                </Group>
              }
            />
          );
        })}
      </Stack>
      {all.length > few && (
        <Button
          variant="transparent"
          size="compact-xs"
          px={0}
          mih={24}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Fewer' : `${count(all.length - shown.length)} more`}
        </Button>
      )}
    </Box>
  );
}

const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NONE', 'UNKNOWN'];

/** The few that have an order of their own keep it, whatever their numbers. */
function ordered(name: Name, values: Facet['values']): Facet['values'] {
  if (name === 'severity') return values.toSorted((a, b) => severities.indexOf(a.value) - severities.indexOf(b.value));
  return name === 'kev' || name === 'exploited' ? values.toSorted((a, b) => (a.value < b.value ? 1 : -1)) : values;
}

/** A value in words. */
function named(name: Name, value: string): string {
  if (name === 'severity') return value === 'UNKNOWN' ? 'not scored' : value.toLowerCase();
  if (name === 'kev' || name === 'exploited') return value === 'true' ? 'yes' : 'no';
  return name === 'year' ? value : spaced(value);
}
