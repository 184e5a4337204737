import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Source, sourcesQuestion } from '../../api/sources.ts';
import { type Task, tasksQuestion } from '../../api/tasks.ts';
import { Answer } from '../../components/answer.tsx';
import { Panel } from '../../components/panel.tsx';
import { SourceRow } from './source-row.tsx';

/** Every source: its state, its last and next fetch, and the button that fetches it now. */
export function SourceList() {
  const sources = useQuery({ ...sourcesQuestion(), refetchInterval: 30_000 });
  const tasks = useQuery(tasksQuestion());
  return (
    <Panel title="Sources">
      <Answer of={sources} lines={16} height={40}>
        {({ items }) => (
          <>
            {isUnattended(items) && (
              <Text size="sm" mb="sm">
                No scheduler is running, so nothing is fetched by itself: “openthreat up” keeps all sources up to date.
              </Text>
            )}
            <Table.ScrollContainer minWidth={300} type="native">
              <Table verticalSpacing="xs">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th scope="col">Source</Table.Th>
                    <Table.Th scope="col" visibleFrom="sm">
                      State
                    </Table.Th>
                    <Table.Th scope="col" ta="right" visibleFrom="sm">
                      Records
                    </Table.Th>
                    <Table.Th scope="col" visibleFrom="sm">
                      Last fetched
                    </Table.Th>
                    <Table.Th scope="col" visibleFrom="sm">
                      Next
                    </Table.Th>
                    <Table.Th scope="col" w={{ base: 124, sm: 190 }}>
                      Fetch
                    </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((source) => (
                    <SourceRow key={source.id} source={source} task={newestOf(tasks.data?.items, source.connector)} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </>
        )}
      </Answer>
    </Panel>
  );
}

/** Whether sources have schedules, and nobody keeps them. */
function isUnattended(sources: readonly Source[]): boolean {
  return sources.some(({ schedule }) => schedule) && sources.every(({ next_run_at }) => next_run_at === null);
}

function newestOf(tasks: readonly Task[] | undefined, connector: string | null): Task | undefined {
  return tasks?.find(({ kind, parameters }) => kind === 'sync' && parameters.source === connector);
}
