import { useSyncExternalStore } from 'react';
import { ApiProblem, queryClient } from './client.ts';

const cache = queryClient.getQueryCache();
const subscribe = (changed: () => void) => cache.subscribe(changed);

const isUnanswered = (error: unknown) => error instanceof ApiProblem && error.problem.status === 0;

/** Whether what is on the screen was asked for, and no answer came, for whatever else is shown of it. */
export function useUnreachable(): boolean {
  return useSyncExternalStore(subscribe, () =>
    cache
      .findAll({ type: 'active' })
      .some(({ state }) => isUnanswered(state.error) || isUnanswered(state.fetchFailureReason)),
  );
}
