import { Group, NativeSelect, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, question } from '../../api/client.ts';
import type { operations } from '../../api/schema.d.ts';
import { sourcesQuestion } from '../../api/sources.ts';
import { Answer } from '../../components/answer.tsx';
import { Pager } from '../../components/pager.tsx';
import { Panel } from '../../components/panel.tsx';
import { Empty } from '../../components/states.tsx';
import { count } from '../../lib/format.ts';
import type { RunState, RunsParams } from '../../lib/list-params.ts';
import { RunRow } from './run-row.tsx';

export type Run = operations['listRuns']['responses'][200]['content']['application/json']['items'][number];

const pageSize = 20;

const states: readonly { readonly value: RunState | ''; readonly label: string }[] = [
  { value: '', label: 'All' },
  { value: 'success', label: 'Succeeded' },
  { value: 'failed', label: 'Failed' },
  { value: 'running', label: 'Running' },
];

function runsQuestion({ source, status, page }: RunsParams) {
  const query = { source, status, page, page_size: pageSize };
  return question(['runs', query], (signal) => api.GET('/api/v1/runs', { signal, params: { query } }));
}

interface RunsProps {
  readonly params: RunsParams;
  readonly onChange: (changed: RunsParams) => void;
}

/** What was read when, newest first, with what could not be used and why. */
export function Runs({ params, onChange }: RunsProps) {
  const answer = useQuery({ ...runsQuestion(params), placeholderData: keepPreviousData, refetchInterval: 30_000 });
  return (
    <div id="runs">
      <Panel title="Runs">
        <Filters params={params} onChange={onChange} />
        <Answer of={answer} lines={12} height={32}>
          {({ items, total }) => (
            <>
              <Text size="sm" c="dimmed" aria-live="polite" my="xs">
                {total === 1 ? '1 run' : `${count(total)} runs`}
              </Text>
              {items.length === 0 ? (
                <Empty title="No such run">
                  Each time that a source is read is a run; those of these filters are none.
                </Empty>
              ) : (
                <RunTable items={items} params={params} onChange={onChange} />
              )}
              <Pager
                page={params.page ?? 1}
                pages={Math.ceil(total / pageSize)}
                label="Pages of runs"
                onChange={(page) => onChange({ page, run: undefined, rejected: undefined })}
              />
            </>
          )}
        </Answer>
      </Panel>
    </div>
  );
}

function Filters({ params, onChange }: RunsProps) {
  const sources = useQuery(sourcesQuestion());
  const all = sources.data?.items.map(({ id, title }) => ({ value: id, label: title })) ?? [];
  const known = !params.source || all.some(({ value }) => value === params.source);
  const others = known ? [] : [{ value: params.source ?? '', label: params.source ?? '' }];
  const fresh = { page: undefined, run: undefined, rejected: undefined };
  return (
    <Group gap="md">
      <NativeSelect
        label="Source"
        data={[{ value: '', label: 'All' }, ...all, ...others]}
        value={params.source ?? ''}
        onChange={({ currentTarget }) => onChange({ ...fresh, source: currentTarget.value || undefined })}
      />
      <NativeSelect
        label="State"
        data={states}
        value={params.status ?? ''}
        onChange={({ currentTarget }) =>
          onChange({ ...fresh, status: states.find(({ value }) => value === currentTarget.value)?.value || undefined })
        }
      />
    </Group>
  );
}

const columns = ['Fetched', 'New', 'Changed', 'Rejected', 'Seconds'] as const;

function RunTable({ items, params, onChange }: RunsProps & { items: readonly Run[] }) {
  return (
    <Table.ScrollContainer minWidth={720} type="native">
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Began</Table.Th>
            <Table.Th scope="col">Source</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            {columns.map((name) => (
              <Table.Th key={name} scope="col" ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((run) => (
            <RunRow
              key={run.id}
              run={run}
              isOpen={params.run === run.id}
              page={params.rejected ?? 1}
              onToggle={() => onChange({ run: params.run === run.id ? undefined : run.id, rejected: undefined })}
              onPage={(rejected) => onChange({ run: run.id, rejected })}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
