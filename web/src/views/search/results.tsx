import { Checkbox, Group, Table, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { CveLink, Exploited, Priority, Severity } from '../../components/marks.tsx';
import { day, percent } from '../../lib/format.ts';
import { Because } from './because.tsx';
import { type Column, columns } from './look.ts';
import { Marked } from './marked.tsx';
import type { Hit, SearchAnswer, Sort } from './questions.ts';
import type { Selection } from './selection.ts';

interface Props {
  readonly answer: SearchAnswer;
  readonly shown: readonly Column[];
  readonly isDense: boolean;
  readonly selection: Selection;
  readonly onSort: (sort: Sort) => void;
}

const sortOf: Readonly<Record<Column, Sort>> = {
  severity: 'cvss',
  priority: 'priority',
  epss: 'epss',
  published: 'published',
  modified: 'modified',
};

/** Beside the tick; a background would take contrast from what is on it. */
const chosenStyle = { boxShadow: 'inset 3px 0 var(--mantine-primary-color-filled)' };

/** A page of results as a table. */
export function Results({ answer, shown, isDense, selection, onSort }: Props) {
  const { items } = answer;
  const chosen = items.filter(({ cve_id }) => selection.selected.has(cve_id)).length;
  return (
    <Table.ScrollContainer minWidth={280 + shown.length * 96} type="native">
      <Table verticalSpacing={isDense ? 4 : 'sm'} horizontalSpacing="xs" highlightOnHover aria-label="Vulnerabilities">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" w={36}>
              <Checkbox
                aria-label="Select all of this page"
                checked={chosen > 0 && chosen === items.length}
                indeterminate={chosen > 0 && chosen < items.length}
                onChange={() => selection.select(items, chosen < items.length)}
              />
            </Table.Th>
            <Table.Th scope="col">Vulnerability</Table.Th>
            {shown.map((column) => (
              <Head key={column} column={column} answer={answer} onSort={onSort} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody style={{ verticalAlign: 'top' }}>
          {items.map((hit) => (
            <Table.Tr key={hit.cve_id} style={selection.selected.has(hit.cve_id) ? chosenStyle : undefined}>
              <Table.Td>
                <Tick hit={hit} selection={selection} />
              </Table.Td>
              <Table.Th scope="row" fw={400}>
                <Group gap="2px 8px" data-result={hit.cve_id}>
                  <CveLink id={hit.cve_id} />
                  {hit.exploited_in_the_wild && <Exploited />}
                </Group>
                <About hit={hit} isDense={isDense} />
              </Table.Th>
              {shown.map((column) => (
                <Table.Td key={column} className="ot-number" style={{ whiteSpace: 'nowrap' }}>
                  <Cell hit={hit} column={column} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Head({ column, answer, onSort }: { column: Column; answer: SearchAnswer; onSort: (sort: Sort) => void }) {
  const isSorted = answer.sort === sortOf[column];
  const Arrow = answer.order === 'asc' ? IconArrowUp : IconArrowDown;
  const direction = answer.order === 'asc' ? 'ascending' : 'descending';
  return (
    <Table.Th scope="col" w={column === 'epss' ? 76 : 104} aria-sort={isSorted ? direction : undefined}>
      <UnstyledButton fz="sm" fw={700} mih={24} style={{ whiteSpace: 'nowrap' }} onClick={() => onSort(sortOf[column])}>
        {columns[column]} {isSorted && <Arrow size={14} style={{ verticalAlign: 'middle' }} aria-hidden />}
      </UnstyledButton>
    </Table.Th>
  );
}

function Cell({ hit, column }: { hit: Hit; column: Column }) {
  switch (column) {
    case 'severity':
      return <Severity severity={hit.severity} score={hit.cvss_score} />;
    case 'priority':
      return <Priority value={hit.priority_score} />;
    case 'epss':
      return <Text size="sm">{hit.epss === null || hit.epss === undefined ? '–' : percent(hit.epss)}</Text>;
    case 'published':
      return <Text size="sm">{day(hit.published_at)}</Text>;
    case 'modified':
      return <Text size="sm">{day(hit.modified_at)}</Text>;
  }
}

/** The box that selects a CVE. */
export function Tick({ hit, selection }: { hit: Hit; selection: Selection }) {
  const isOn = selection.selected.has(hit.cve_id);
  return (
    <Checkbox
      aria-label={`Select ${hit.cve_id}`}
      data-select={hit.cve_id}
      checked={isOn}
      onChange={() => selection.select([hit], !isOn)}
    />
  );
}

/** About so many characters of a description are seen in two lines. */
const seen = 90;

/** What a CVE is, with the words of the query marked, and why it matched. */
export function About({ hit, isDense }: { hit: Hit; isDense: boolean }) {
  const { title, description, highlights, because } = hit;
  const said = description ?? '';
  const isFar = (highlights.description[0]?.[0] ?? 0) > seen;
  const saysMore = title === null ? isFar : !said.startsWith(title);
  return (
    <>
      <Text size="sm" lineClamp={isDense ? 1 : 2} fw={title ? 500 : 400} style={{ overflowWrap: 'anywhere' }}>
        {title === null ? (
          <Marked text={said} spans={highlights.description} />
        ) : (
          <Marked text={title} spans={highlights.title} />
        )}
      </Text>
      {!isDense && saysMore && (
        <Text size="xs" c="dimmed" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
          <Marked text={said} spans={highlights.description} around />
        </Text>
      )}
      {because && <Because because={because} />}
    </>
  );
}
