import { QueryClient, queryOptions } from '@tanstack/react-query';
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.d.ts';

export type ProblemBody = components['schemas']['Problem'];

/** An answer that is an error, with what the server says of it; status 0: the server did not answer. */
export class ApiProblem extends Error {
  readonly problem: ProblemBody;

  constructor(problem: ProblemBody) {
    super(problem.detail);
    this.name = 'ApiProblem';
    this.problem = problem;
  }
}

const keyName = 'openthreat-key';

/** The API key that the user gave in this browser, for servers that want one and for writes. */
export function savedKey(): string | null {
  return localStorage.getItem(keyName);
}

/** Keeps the key in this browser; null forgets it. */
export function saveKey(key: string | null): void {
  if (key === null) localStorage.removeItem(keyName);
  else localStorage.setItem(keyName, key);
}

export const api = createClient<paths>({ baseUrl: '' });

api.use({
  onRequest({ request }) {
    const key = savedKey();
    if (key && !request.headers.has('authorization')) request.headers.set('authorization', `Bearer ${key}`);
    return request;
  },
});

/** The data of an answer. @throws ApiProblem */
export async function dataOf<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer.catch((cause: unknown) => {
    throw new ApiProblem(unanswered(cause));
  });
  if (data !== undefined) return data;
  throw new ApiProblem(isProblem(error) ? error : odd(response));
}

function isProblem(value: unknown): value is ProblemBody {
  return typeof value === 'object' && value !== null && 'detail' in value && 'status' in value;
}

export const unansweredDetail = 'The server does not answer. Is openthreat still running, and the network up?';

function unanswered(cause: unknown): ProblemBody {
  const instance = cause instanceof Error ? cause.message : '';
  return {
    type: 'about:blank',
    title: 'No answer',
    status: 0,
    code: 'offline',
    detail: unansweredDetail,
    instance,
  };
}

function odd(response: Response): ProblemBody {
  const detail = `The server answered ${response.status}, and nothing more.`;
  return {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    code: 'odd',
    detail,
    instance: '',
  };
}

/** Asked again only where that can help: not for what the server refused. */
const retry = (failures: number, error: Error) =>
  failures < 2 && !(error instanceof ApiProblem && error.problem.status >= 400 && error.problem.status < 500);

/** The server may be on this machine: it is asked even where the browser says that there is no network. */
const networkMode = 'always';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 30_000, retry, refetchOnWindowFocus: true, networkMode },
    mutations: { networkMode },
  },
});

/** A question to the API for useQuery: its key, and how it is asked. */
export function question<T>(
  key: readonly unknown[],
  ask: (signal: AbortSignal) => Promise<{ data?: T; error?: unknown; response: Response }>,
) {
  return queryOptions({ queryKey: key, queryFn: ({ signal }) => dataOf(ask(signal)) });
}
