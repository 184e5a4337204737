import { Box, Table, Text } from '@mantine/core';
import type { Source } from '../../api/sources.ts';
import type { Task } from '../../api/tasks.ts';
import { ViewLink } from '../../components/links.tsx';
import { When } from '../../components/when.tsx';
import { count, time } from '../../lib/format.ts';
import { Health } from './health.tsx';
import { SyncNow } from './sync-now.tsx';

/** A source, with what is the matter with it, if anything. */
export function SourceRow({ source, task }: { source: Source; task: Task | undefined }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} maw={380} style={{ overflowWrap: 'anywhere' }}>
        <ViewLink to="/sources" search={{ source: source.id }} hash="runs" size="sm" fw={600} title="Its runs">
          {source.title}
        </ViewLink>
        <Box hiddenFrom="sm">
          <Health health={source.health} />
          {source.last_success_at && (
            <div>
              <When at={source.last_success_at} asAge none="never" />
            </div>
          )}
        </Box>
        {troubleOf(source).map((trouble) => (
          <Text key={trouble} size="xs">
            {trouble}
          </Text>
        ))}
      </Table.Th>
      <Table.Td visibleFrom="sm">
        <Health health={source.health} />
      </Table.Td>
      <Table.Td ta="right" className="ot-number" visibleFrom="sm">
        {count(source.records)}
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }} visibleFrom="sm">
        <When at={source.last_success_at} asAge none="never" />
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }} visibleFrom="sm">
        <Next source={source} />
      </Table.Td>
      <Table.Td>{source.connector && <SyncNow source={source} connector={source.connector} task={task} />}</Table.Td>
    </Table.Tr>
  );
}

function troubleOf({ last_error, failing_since, failures, held, needs }: Source): string[] {
  const troubles: string[] = [];
  if (last_error) troubles.push(last_error);
  if (failing_since) {
    const times = failures === 1 ? 'once' : `${count(failures)} times`;
    troubles.push(`Failed ${times} since ${time(failing_since)}.`);
  }
  if (held) troubles.push(`Held back since ${time(held.since)}: ${held.why}`);
  if (needs) troubles.push(needs);
  return troubles;
}

function Next({ source: { schedule, next_run_at } }: { source: Source }) {
  if (next_run_at) return <When at={next_run_at} asAge />;
  return (
    <Text size="sm" c="dimmed" title={schedule ? `Its schedule is ${schedule} (cron, UTC)` : undefined}>
      {schedule ? 'not planned' : 'by hand'}
    </Text>
  );
}
