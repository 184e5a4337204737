import { Card, Group, Stack, Text } from '@mantine/core';
import { CveLink, Exploited, Priority, Severity } from '../../components/marks.tsx';
import { day, percent } from '../../lib/format.ts';
import type { SearchAnswer } from './questions.ts';
import { About, Tick } from './results.tsx';
import type { Selection } from './selection.ts';

/** A page of results where there is no room for a table. */
export function Cards({
  answer,
  isDense,
  selection,
}: {
  answer: SearchAnswer;
  isDense: boolean;
  selection: Selection;
}) {
  return (
    <Stack component="ol" gap="xs" m={0} p={0} style={{ listStyle: 'none' }} aria-label="Vulnerabilities">
      {answer.items.map((hit) => (
        <Card key={hit.cve_id} component="li" withBorder padding={isDense ? 'xs' : 'sm'}>
          <Group gap="4px 8px" mb={4} data-result={hit.cve_id}>
            <Tick hit={hit} selection={selection} />
            <CveLink id={hit.cve_id} />
            <Severity severity={hit.severity} score={hit.cvss_score} />
            {hit.exploited_in_the_wild && <Exploited />}
          </Group>
          <About hit={hit} isDense={isDense} />
          <Group gap="2px 12px" mt={4}>
            <Priority value={hit.priority_score} />
            <Text size="xs" c="dimmed" className="ot-number">
              {hit.epss !== null && hit.epss !== undefined && `EPSS ${percent(hit.epss)} · `}
              published {day(hit.published_at)}
            </Text>
          </Group>
        </Card>
      ))}
    </Stack>
  );
}
