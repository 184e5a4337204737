import { api, question } from './client.ts';
import type { operations } from './schema.d.ts';

export type Source = operations['listSources']['responses'][200]['content']['application/json']['items'][number];

/** Every source, and how it fares. */
export const sourcesQuestion = () => question(['sources'], (signal) => api.GET('/api/v1/sources', { signal }));
