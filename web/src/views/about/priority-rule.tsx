import { Box, Group, Stack, Table, Text } from '@mantine/core';
import { priorityFactors } from '../../../../src/domain/priority.ts';
import { Bar } from '../../components/bar.tsx';
import { Panel } from '../../components/panel.tsx';
import { sentence } from '../../lib/format.ts';

const factors = Object.entries(priorityFactors);
const most = Math.max(...factors.map(([, { weight }]) => weight));

/** How the priority is computed, from the rule itself. */
export function PriorityRule() {
  return (
    <Panel title="How priority is computed">
      <Stack gap="sm">
        <Text size="sm" maw={760}>
          The priority says what to fix first, from 0 to 1. It is a sum: each of these counts from 0 (does not hold) to
          1 (holds fully), times its weight. The page of a vulnerability shows what each of them adds.
        </Text>
        <Table maw={760}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">What counts</Table.Th>
              <Table.Th scope="col" w={{ base: 80, sm: 200 }}>
                Weight
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {factors.map(([name, { meaning, weight }]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400}>
                  {sentence(meaning)}
                </Table.Th>
                <Table.Td>
                  <Weight value={weight} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Text size="sm" maw={760}>
          Where no CVSS score is known, a stated severity counts as the middle of its range. A CVE that was rejected, or
          is only reserved, has the priority 0: there is nothing to fix. Recency fades, so priorities are computed anew
          every day.
        </Text>
      </Stack>
    </Panel>
  );
}

function Weight({ value }: { value: number }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <Text size="sm" className="ot-number">
        {value.toFixed(2)}
      </Text>
      <Box visibleFrom="sm" flex={1}>
        <Bar share={value / most} />
      </Box>
    </Group>
  );
}
