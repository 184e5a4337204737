import { queryOptions } from '@tanstack/react-query';
import { api, question } from './client.ts';

/** A weakness of CWE: fetched once, as its name never changes while somebody looks. */
export const weaknessQuestion = (cwe: string) =>
  queryOptions({
    ...question(['weakness', cwe], (signal) =>
      api.GET('/api/v1/weaknesses/{cwe}', { signal, params: { path: { cwe } } }),
    ),
    staleTime: Number.POSITIVE_INFINITY,
  });
