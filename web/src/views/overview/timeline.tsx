import { SegmentedControl, Skeleton, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api, question } from '../../api/client.ts';
import { Answer } from '../../components/answer.tsx';
import { Panel } from '../../components/panel.tsx';
import { count } from '../../lib/format.ts';

const Chart = lazy(() => import('./timeline-chart.tsx').then(({ TimelineChart }) => ({ default: TimelineChart })));

const chartHeight = 300;
const months = new Intl.DateTimeFormat('en', { month: 'short', year: 'numeric', timeZone: 'UTC' });

/** What is published in the last two years, by month and severity: as a chart, and as a table. */
export function Timeline() {
  const [form, setForm] = useState('chart');
  const [from] = useState(() => new Date(Date.now() - 730 * 86_400_000).toISOString().slice(0, 10));
  const answer = useQuery(
    question(['timeline', from], (signal) =>
      api.GET('/api/v1/stats/timeline', { signal, params: { query: { interval: 'month', from } } }),
    ),
  );
  return (
    <Panel
      title="Published per month, by severity"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Show as"
          value={form}
          onChange={setForm}
          data={[
            { value: 'chart', label: 'Chart' },
            { value: 'table', label: 'Table' },
          ]}
        />
      }
    >
      <Answer of={answer} lines={1} height={chartHeight}>
        {({ items }) => {
          const rows = items.map((item) => ({ ...item, month: months.format(new Date(item.start)) }));
          if (form === 'table') return <AsTable rows={rows} />;
          return (
            <Suspense fallback={<Skeleton height={chartHeight} />}>
              <Chart rows={rows} height={chartHeight} />
            </Suspense>
          );
        }}
      </Answer>
    </Panel>
  );
}

const columns = ['critical', 'high', 'medium', 'low', 'none', 'unknown', 'total'] as const;

type Row = { readonly start: string; readonly month: string } & Readonly<Record<(typeof columns)[number], number>>;

function AsTable({ rows }: { rows: readonly Row[] }) {
  return (
    <Table.ScrollContainer minWidth={560} mah={chartHeight} style={{ overflowY: 'auto' }} tabIndex={0}>
      <Table className="ot-number" stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Month</Table.Th>
            {columns.map((column) => (
              <Table.Th key={column} scope="col" ta="right">
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.toReversed().map((row) => (
            <Table.Tr key={row.start}>
              <Table.Th scope="row">{row.month}</Table.Th>
              {columns.map((column) => (
                <Table.Td key={column} ta="right">
                  {count(row[column])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
