import { Button, Progress, Stack, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiProblem } from '../../api/client.ts';
import type { Source } from '../../api/sources.ts';
import { followTask, isOver, startSync, type Task } from '../../api/tasks.ts';
import { useKey } from '../../components/key-asking.tsx';
import { count } from '../../lib/format.ts';

interface SyncNowProps {
  readonly source: Source;
  readonly connector: string;
  /** The newest sync of it that was asked for. */
  readonly task: Task | undefined;
}

/** Fetches a source now: the button, how far it is, and what came of it. Asks for a key where the server wants one. */
export function SyncNow({ source, connector, task }: SyncNowProps) {
  const { ask } = useKey();
  const start = useMutation({ mutationFn: () => started(connector, ask) });
  const { seen, lost } = useFollowed(task);
  const isOpen = task !== undefined && !isOver(task);
  const trouble = start.error ?? lost;
  const isBusy = isOpen || source.syncing || start.isPending;
  const words = isBusy ? 'Syncing …' : 'Sync now';
  return (
    <Stack gap={4} miw={100}>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconRefresh size={14} aria-hidden />}
        aria-label={`${words}: ${source.title}`}
        data-disabled={isBusy || undefined}
        aria-disabled={isBusy || undefined}
        onClick={() => isBusy || start.mutate()}
      >
        {words}
      </Button>
      {isOpen && <HowFar task={task} title={source.title} />}
      <Text size="xs" role="status" style={{ overflowWrap: 'anywhere' }}>
        {trouble ? trouble.message : seen && !isOpen ? outcomeOf(seen, source.last_error) : ''}
      </Text>
    </Stack>
  );
}

/** Asks for the sync; once more with a key, if that was what was missing. @returns null: nobody gave a key */
async function started(connector: string, ask: (why: string) => Promise<boolean>): Promise<Task | null> {
  try {
    return await startSync(connector);
  } catch (cause) {
    if (!(cause instanceof ApiProblem) || ![401, 403].includes(cause.problem.status)) throw cause;
    return (await ask('Only those with a writer’s key may start a sync here.')) ? startSync(connector) : null;
  }
}

/** Follows a task while it goes on. @returns the task if it went on before our eyes, and why nothing is heard of it */
function useFollowed(task: Task | undefined): { seen: Task | null; lost: Error | null } {
  const [followed, setFollowed] = useState<string | null>(null);
  const [lost, setLost] = useState<Error | null>(null);
  const open = task && !isOver(task) ? task.id : null;
  useEffect(() => {
    if (open === null) return;
    setFollowed(open);
    setLost(null);
    const { signal, abort } = abortable();
    followTask(open, signal).catch(setLost);
    return abort;
  }, [open]);
  return { seen: task && task.id === followed ? task : null, lost };
}

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

const steps = { waiting: 'Waiting', reading: 'Reading', indexing: 'Indexing', scoring: 'Scoring' } as const;

function HowFar({ task: { progress, state }, title }: { task: Task; title: string }) {
  const share =
    progress?.bytes_total && progress.bytes_read !== null ? (progress.bytes_read / progress.bytes_total) * 100 : null;
  const words: string[] = [state === 'waiting' ? 'Waiting' : steps[progress?.step ?? 'waiting']];
  if (progress && progress.records > 0) words.push(`${count(progress.records)} records`);
  if (progress?.records_per_second) words.push(`${count(Math.round(progress.records_per_second))} a second`);
  return (
    <>
      <Progress
        value={share ?? 100}
        animated={share === null}
        aria-label={`Sync of ${title}`}
        aria-valuetext={words.join(', ')}
      />
      <Text size="xs" className="ot-number">
        {words.join(', ')}
      </Text>
    </>
  );
}

/** What came of a sync; the error only where the source does not say it already. */
function outcomeOf({ state, error, runs, result }: Task, said: string | null): string {
  if (state === 'failed' && error !== null && error === said) return 'It failed.';
  if (state === 'failed') return error ?? 'It failed, and the server does not say why.';
  const sum = (of: (run: Task['runs'][number]) => number) => runs.reduce((total, run) => total + of(run), 0);
  const counts = {
    new: sum((run) => run.records_inserted),
    changed: sum((run) => run.records_updated),
    withdrawn: sum((run) => run.records_withdrawn),
    rejected: sum((run) => run.records_failed),
  };
  const parts = Object.entries(counts).flatMap(([name, n]) => (n > 0 ? [`${count(n)} ${name}`] : []));
  const took = result ? ` in ${result.seconds.toFixed(1)} s` : '';
  return `Done${took}: ${parts.length > 0 ? parts.join(', ') : 'nothing is new'}.`;
}
