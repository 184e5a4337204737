import { Type } from 'typebox';
import { indicatorsOfTechnique } from '../../db/indicator-links.ts';
import {
  actorsUsing,
  derivedCveCount,
  mappedCves,
  subTechniques,
  tacticNames,
  technique,
  techniqueNames,
} from '../../db/techniques.ts';
import { attackDomains } from '../../domain/catalogue.ts';
import { techniqueLanguage } from '../../domain/query/technique-fields.ts';
import { vulnerabilityLanguage } from '../../domain/query/vulnerability-fields.ts';
import { AppError } from '../../errors.ts';
import { readQuery } from '../../search/query.ts';
import { heatOf } from '../../search/techniques/heat.ts';
import { matrix } from '../../search/techniques/matrix.ts';
import { searchTechniques, techniqueSorts } from '../../search/techniques/search.ts';
import type { Api, Routes } from '../contract.ts';
import { filteredBy } from '../filters.ts';
import { paged, span } from '../pages.ts';
import { answers, PageQuery, pageOf, QueryString } from '../schemas/common.ts';
import { indicatorOf } from '../schemas/indicator.ts';
import {
  actorOf,
  Matrix,
  mappedOf,
  TechniqueIdText,
  TechniqueItem,
  TechniqueRecord,
  tacticOf,
  techniqueItemOf,
  techniqueOf,
} from '../schemas/technique.ts';

const mostSubTechniques = 200;
const mostActors = 100;
const mostCves = 100;
const mostIndicators = 20;

const tags = ['techniques'];
const QueryText = (description: string, example: string) =>
  Type.Optional(Type.String({ maxLength: 2_000, description, examples: [example] }));

/** ATT&CK's techniques and matrices. */
export const techniqueRoutes: Routes = (app, api) => {
  const { db, now } = api;

  app.get(
    '/techniques',
    {
      config: { data: ['catalogues', 'vulnerabilities'], timely: true },
      schema: {
        operationId: 'listTechniques',
        tags,
        summary: 'The techniques of ATT&CK that match a query, those in force first',
        querystring: QueryString({
          q: QueryText(
            'Words, ids and fields, in the language of searches for techniques',
            'credential platform:windows',
          ),
          tactic: Type.Optional(
            Type.String({ maxLength: 100, description: 'A tactic, by its short name', examples: ['initial-access'] }),
          ),
          platform: Type.Optional(
            Type.String({ maxLength: 100, description: 'Where it is used', examples: ['Windows'] }),
          ),
          domain: Type.Optional(Type.Enum([...attackDomains], { description: 'The matrix that it is in' })),
          sort_by: Type.Optional(Type.Enum(techniqueSorts, { default: 'technique_id', description: 'The order' })),
          sort_order: Type.Optional(
            Type.Enum(['asc', 'desc'], { description: 'Without it `asc`, and `desc` by CVEs' }),
          ),
          ...PageQuery,
        }),
        response: answers(pageOf(TechniqueItem)),
      },
    },
    async ({ query: wanted }) => {
      const { sort_by: sort = 'technique_id' } = wanted;
      const order = wanted.sort_order ?? (sort === 'cves' ? 'desc' : 'asc');
      const query = filteredBy(techniqueLanguage, wanted.q ?? '', {
        tactic: wanted.tactic,
        platform: wanted.platform,
        domain: wanted.domain,
      });
      const descending = order === 'desc';
      const { hits, total } = await searchTechniques(db, { query, sort, descending, ...span(wanted), now: now() });
      return paged(wanted, hits.map(techniqueItemOf), { value: total, exact: true });
    },
  );

  app.get(
    '/techniques/:id',
    {
      config: { data: ['catalogues', 'vulnerabilities', 'indicators'] },
      schema: {
        operationId: 'getTechnique',
        tags,
        summary: 'A technique, who uses it, and the CVEs that it is used with',
        params: Type.Object({ id: TechniqueIdText }),
        querystring: QueryString({}),
        response: answers(TechniqueRecord),
      },
    },
    async ({ params }) => recordOf(api, params.id.toUpperCase()),
  );

  app.get(
    '/tactics',
    {
      config: { data: ['catalogues', 'vulnerabilities'], timely: true },
      schema: {
        operationId: 'listTactics',
        tags,
        summary: "ATT&CK's matrices, with the number of CVEs at each technique",
        querystring: QueryString({
          q: QueryText('Counts only the CVEs that match, in the language of searches for CVEs', 'vendor:microsoft'),
          domain: Type.Optional(Type.Enum([...attackDomains], { description: 'Only this matrix' })),
        }),
        response: answers(Matrix),
      },
    },
    async ({ query: { q = '', domain } }) => {
      const heat = await heatOf(db, readQuery(q, vulnerabilityLanguage), now());
      const columns = await matrix(db, domain ? [domain] : attackDomains, heat);
      return { cve_count: heat.cves, items: columns.map(tacticOf) };
    },
  );
};

async function recordOf({ db }: Api, id: string) {
  const found = await technique(db, id);
  if (!found) throw new AppError('not_found', `${id} is in no matrix that is loaded.`, { parameter: 'id' });
  const parents = found.parentId === null ? [] : [...(await techniqueNames(db, [found.parentId]))];
  const actors = await actorsUsing(db, id, mostActors);
  const mapped = await mappedCves(db, id, mostCves);
  const { indicators } = await indicatorsOfTechnique(db, id, mostIndicators);
  return {
    ...techniqueOf(found, await tacticNames(db, found.domains)),
    parent: parents.map(([technique_id, name]) => ({ technique_id, name }))[0] ?? null,
    sub_techniques: (await subTechniques(db, id, mostSubTechniques)).map((t) => ({ technique_id: t.id, name: t.name })),
    actors: actors.actors.map(actorOf),
    actor_count: actors.total,
    cves: mapped.cves.map(mappedOf),
    cve_count: mapped.total,
    derived_cves: { derived: true as const, count: await derivedCveCount(db, id) },
    indicators: indicators.map(indicatorOf),
  };
}
