import { Card, Group, Stack, Table, Text } from '@mantine/core';
import { When } from '../../components/when.tsx';
import { type Indicator, IndicatorLink, Said, Status, sureness, threatOf } from './indicator.tsx';

const keyOf = ({ ioc_type, value }: Indicator) => `${ioc_type} ${value}`;

/** Indicators as a table. */
export function IndicatorTable({ items }: { items: readonly Indicator[] }) {
  return (
    <Table verticalSpacing={6} horizontalSpacing="xs" style={{ tableLayout: 'fixed' }}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Indicator</Table.Th>
          <Table.Th scope="col" w={76}>
            Type
          </Table.Th>
          <Table.Th scope="col" w={90}>
            State
          </Table.Th>
          <Table.Th scope="col" w="20%">
            Threat
          </Table.Th>
          <Table.Th scope="col" w={90} ta="right">
            Sure
          </Table.Th>
          <Table.Th scope="col" w={130}>
            From
          </Table.Th>
          <Table.Th scope="col" w={116}>
            Last seen
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody style={{ verticalAlign: 'top' }}>
        {items.map((indicator) => (
          <Row key={keyOf(indicator)} indicator={indicator} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ indicator }: { indicator: Indicator }) {
  const { ioc_type, status, confidence, sources, last_seen } = indicator;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400}>
        <IndicatorLink indicator={indicator} />
      </Table.Th>
      <Table.Td>{ioc_type}</Table.Td>
      <Table.Td>
        <Status status={status} />
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{threatOf(indicator) || '–'}</Table.Td>
      <Table.Td ta="right" className="ot-number">
        {confidence === null ? '–' : sureness(confidence)}
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{sources.join(', ')}</Table.Td>
      <Table.Td>
        <When at={last_seen} />
      </Table.Td>
    </Table.Tr>
  );
}

/** Indicators where there is no room for a table. */
export function IndicatorCards({ items }: { items: readonly Indicator[] }) {
  return (
    <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
      {items.map((indicator) => (
        <Card key={keyOf(indicator)} component="li" withBorder padding="xs">
          <IndicatorLink indicator={indicator} />
          <Group gap="4px 8px" mt={4}>
            <Status status={indicator.status} />
            <Text size="sm">{indicator.ioc_type}</Text>
          </Group>
          <Said indicator={indicator} />
        </Card>
      ))}
    </Stack>
  );
}
