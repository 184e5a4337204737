import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Loading, Problem } from './states.tsx';

/** What a question's state looks like until it has an answer: room for it, or what went wrong. */
export function Answer<T>({
  of,
  lines = 5,
  height = 22,
  children,
}: {
  of: UseQueryResult<T>;
  lines?: number;
  height?: number;
  children: (data: T) => ReactNode;
}) {
  if (of.data !== undefined) return children(of.data);
  if (of.error) return <Problem error={of.error} retry={() => of.refetch()} />;
  return <Loading lines={lines} height={height} />;
}
