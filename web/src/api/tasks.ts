import { serverEvents } from '../lib/server-events.ts';
import { ApiProblem, api, dataOf, queryClient, question, savedKey } from './client.ts';
import type { operations } from './schema.d.ts';

export type Task = operations['getTask']['responses'][200]['content']['application/json'];

const key = ['tasks'] as const;
const attempts = 5;
const patience = 2000; // milliseconds until a broken stream is asked for again

/** The newest tasks: only those with a key may see them. */
export const tasksQuestion = () => ({
  ...question(key, (signal) => api.GET('/api/v1/tasks', { signal })),
  enabled: savedKey() !== null,
});

export const isOver = ({ state }: Task) => state === 'success' || state === 'failed';

/** Asks for what is new of a source, and remembers the task. @throws ApiProblem 401 or 403 without a writer's key */
export async function startSync(source: string): Promise<Task> {
  const task = await dataOf(api.POST('/api/v1/sync/{source}', { params: { path: { source } } }));
  keep(task);
  return task;
}

/** Follows a task until it is over: all that it does is in the answer of {@link tasksQuestion}. @throws ApiProblem */
export async function followTask(id: string, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    if (await followOnce(id, signal)) break;
    if (signal.aborted) return;
    if (attempt === attempts) throw new ApiProblem(lost(id));
    await new Promise((resolve) => setTimeout(resolve, patience));
  }
  await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== key[0] });
}

/** @returns whether the end was heard; a stream may break before */
async function followOnce(id: string, signal: AbortSignal): Promise<boolean> {
  const asked = api.GET('/api/v1/tasks/{id}/events', { params: { path: { id } }, parseAs: 'stream', signal });
  const { data, error, response } = await asked.catch(() => ({ data: null, error: undefined, response: null }));
  if (error && response && response.status < 500) await dataOf<never>(Promise.resolve({ error, response }));
  if (!data) return false;
  try {
    for await (const { name, data: text } of serverEvents(data)) {
      keep(JSON.parse(text) as Task); // what our own server says in this stream, by its contract
      if (name === 'end') return true;
    }
  } catch (cause) {
    if (!(cause instanceof TypeError || cause instanceof DOMException)) throw cause;
  }
  return false;
}

function keep(task: Task): void {
  queryClient.setQueryData<{ items: Task[] }>(key, (now) => {
    const others = now?.items.filter(({ id }) => id !== task.id) ?? [];
    return { items: [task, ...others] };
  });
}

function lost(id: string) {
  const detail = 'The server does not say any more how far it is. The sync may go on: reload this page to see.';
  return { type: 'about:blank', title: 'No answer', status: 0, code: 'offline' as const, detail, instance: id };
}
