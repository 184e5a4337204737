import { ActionIcon, Code, Popover, Table, Text, Title } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';

const grammar = [
  ['buffer overflow', 'both words, in title, description, vendors or products'],
  ['"use after free"', 'these words beside each other, exactly as written'],
  ['apache OR nginx', 'at least one; brackets group'],
  ['-exploited:true', 'not this'],
  ['vendor:microsoft', 'a field and its value'],
  ['severity:(high,critical)', 'one of several values'],
  ['cvss:>=9 epss:[0.5 TO 1]', 'ranges of numbers'],
  ['published:>-30d', 'dates: 2024, 2024-05, -7d, today'],
  ['kev:* -epss:*', 'has a value, has none'],
  ['product:openssl version:3.0.7', 'what affects this version'],
  ['cwe:79 technique:T1190', 'weaknesses and ATT&CK techniques'],
] as const;

/** How queries are written, on request. */
export function QueryHelp() {
  return (
    <Popover width="min(38rem, calc(100vw - 1rem))" position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size={28} type="button" aria-label="How to write a query">
          <IconHelpCircle size={18} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown
        aria-label="How to write a query"
        tabIndex={-1}
        data-autofocus
        mah="80vh"
        style={{ overflowY: 'auto' }}
      >
        <Title order={2} size="h5" mb="xs">
          How to write a query
        </Title>
        <Table verticalSpacing={4} withRowBorders={false}>
          <Table.Tbody>
            {grammar.map(([written, means]) => (
              <Table.Tr key={written}>
                <Table.Th scope="row" fw={400}>
                  <Code>{written}</Code>
                </Table.Th>
                <Table.Td>{means}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Text size="sm" mt="xs">
          A misspelt word finds what was meant. Fields and their values are suggested while you type. All dates are UTC.
        </Text>
      </Popover.Dropdown>
    </Popover>
  );
}
