import { Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { count, exactTime, time } from '../../lib/format.ts';
import { State } from './health.tsx';
import { RejectedRecords } from './rejected-records.tsx';
import type { Run } from './runs.tsx';

const colors = { success: 'teal', failed: 'red', running: 'blue' } as const;
const words = { success: 'succeeded', failed: 'failed', running: 'running' } as const;

interface RunRowProps {
  readonly run: Run;
  readonly isOpen: boolean;
  /** Of its rejected records. */
  readonly page: number;
  readonly onToggle: () => void;
  readonly onPage: (page: number) => void;
}

/** A run in a line, which unfolds to what is worth knowing of it. */
export function RunRow({ run, isOpen, page, onToggle, onPage }: RunRowProps) {
  const id = `run-${run.id}`;
  const counts = [run.records_fetched, run.records_inserted, run.records_updated, run.records_failed];
  return (
    <>
      <Table.Tr>
        <Table.Th scope="row" fw={400} style={{ whiteSpace: 'nowrap' }}>
          <UnstyledButton
            onClick={onToggle}
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            fz="sm"
            mih={24}
          >
            {isOpen ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}{' '}
            <time dateTime={run.started_at} title={exactTime(run.started_at)}>
              {time(run.started_at)}
            </time>
          </UnstyledButton>
        </Table.Th>
        <Table.Td>{run.label ? `${run.source}: ${run.label}` : run.source}</Table.Td>
        <Table.Td>
          <State color={colors[run.status]}>{words[run.status]}</State>
        </Table.Td>
        {counts.map((value, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the columns never move
          <Table.Td key={i} ta="right" className="ot-number" c={value === 0 ? 'dimmed' : undefined}>
            {count(value)}
          </Table.Td>
        ))}
        <Table.Td ta="right" className="ot-number">
          {run.duration_seconds === null ? '–' : run.duration_seconds.toFixed(1)}
        </Table.Td>
      </Table.Tr>
      {isOpen && (
        <Table.Tr id={id}>
          <Table.Td colSpan={8} bg="var(--mantine-color-default-hover)">
            <Details run={run} page={page} onPage={onPage} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

function Details({ run, page, onPage }: Pick<RunRowProps, 'run' | 'page' | 'onPage'>) {
  return (
    <Stack gap="xs" p="xs" maw="calc(100vw - 90px)" style={{ position: 'sticky', left: 0 }}>
      {run.error_message && <Text size="sm">{run.error_message}</Text>}
      {run.notes.length > 0 && (
        <Text component="ul" size="sm" m={0} pl="lg" style={{ overflowWrap: 'anywhere' }}>
          {run.notes.map(({ note, times }) => (
            <li key={note}>{times > 1 ? `${note} (${count(times)} times)` : note}</li>
          ))}
        </Text>
      )}
      <Text size="sm" className="ot-number">
        {count(run.records_unchanged)} unchanged, {count(run.records_withdrawn)} withdrawn by the source.
      </Text>
      {run.records_failed > 0 ? (
        <RejectedRecords run={run.id} page={page} onPage={onPage} />
      ) : (
        <Text size="sm">No record was rejected.</Text>
      )}
    </Stack>
  );
}
