import { Type } from 'typebox';
import { recordsBySource } from '../../db/sources.ts';
import { slips } from '../../domain/spelling.ts';
import { AppError } from '../../errors.ts';
import { type SourceRow, sourceRows } from '../../jobs/source-rows.ts';
import type { Api, Routes } from '../contract.ts';
import { answers, QueryString } from '../schemas/common.ts';
import { Source, sourceOf } from '../schemas/source.ts';

type Records = ReadonlyMap<string, number>;

/** How many records each source has, counted once for each version of the data: that costs most of an answer. */
function countedOnce({ db, versions }: Api): () => Promise<Records> {
  let kept: { readonly version: string; readonly records: Promise<Records> } | null = null;
  return async () => {
    const version = await versions.of(['vulnerabilities', 'indicators', 'catalogues']);
    if (kept?.version !== version) {
      const records = recordsBySource(db);
      kept = { version, records };
      records.catch(() => {
        kept = null;
      });
    }
    return kept.records;
  };
}

/** The sources, and how they fare. */
export const sourceRoutes: Routes = (app, api) => {
  const tags = ['operations'];
  const config = { data: ['operations', 'vulnerabilities', 'indicators', 'catalogues'], timely: true } as const;
  const counted = countedOnce(api);
  const rows = async (): Promise<SourceRow[]> => sourceRows(api.db, api.sources, api.now(), await counted());

  app.get(
    '/sources',
    {
      config,
      schema: {
        operationId: 'listSources',
        tags,
        summary: 'Every source: how fresh it is, what is wrong, when it is synced next, and its licence',
        querystring: QueryString({}),
        response: answers(Type.Object({ items: Type.Array(Source), total: Type.Integer() })),
      },
    },
    async () => {
      const items = (await rows()).map(sourceOf);
      return { items, total: items.length };
    },
  );

  app.get(
    '/sources/:id',
    {
      config,
      schema: {
        operationId: 'getSource',
        tags,
        summary: 'One source',
        params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 100, examples: ['nvd'] }) }),
        querystring: QueryString({}),
        response: answers(Source),
      },
    },
    async ({ params }) => {
      const all = await rows();
      const found = all.find(({ id }) => id === params.id);
      if (found) return sourceOf(found);
      const [nearest] = all.toSorted((a, b) => slips(params.id, a.id) - slips(params.id, b.id));
      const meant = nearest ? `: did you mean ${nearest.id}?` : '.';
      throw new AppError('not_found', `There is no source "${params.id}"${meant}`, { parameter: 'id' });
    },
  );
};
