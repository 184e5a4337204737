import { Type } from 'typebox';
import { derivedTechniques } from '../../db/technique-links.ts';
import {
  attackPatternsOf,
  listedWeaknesses,
  weakness,
  weaknessesBelow,
  weaknessNames,
  weaknessOrders,
} from '../../db/weaknesses.ts';
import { fieldIs } from '../../domain/query/build.ts';
import { vulnerabilityLanguage } from '../../domain/query/vulnerability-fields.ts';
import { cleanText } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import { search } from '../../search/search.ts';
import type { Api, Routes } from '../contract.ts';
import { paged, span } from '../pages.ts';
import { answers, PageQuery, pageOf, QueryString } from '../schemas/common.ts';
import { derivedOf, WeaknessItem, WeaknessRecord, weaknessItemOf, weaknessOf } from '../schemas/weakness.ts';

const mostWords = 20;
const mostTechniques = 50;
const mostCves = 20;
const tags = ['weaknesses'];

type Sort = keyof typeof weaknessOrders;

/** CWE's weaknesses. */
export const weaknessRoutes: Routes = (app, api) => {
  app.get(
    '/weaknesses',
    {
      config: { data: ['catalogues', 'vulnerabilities'] },
      schema: {
        operationId: 'listWeaknesses',
        tags,
        summary: 'The weaknesses of CWE, those of most CVEs first',
        querystring: QueryString({
          q: Type.Optional(
            Type.String({
              maxLength: 2_000,
              description: 'An id, or words of the name or the description: all of them',
              examples: ['buffer overflow'],
            }),
          ),
          sort_by: Type.Optional(
            Type.Enum(Object.keys(weaknessOrders) as Sort[], { default: 'cves', description: 'The order' }),
          ),
          ...PageQuery,
        }),
        response: answers(pageOf(WeaknessItem)),
      },
    },
    async ({ query: wanted }) => {
      const words = cleanText(wanted.q ?? '')
        .text.split(/\s+/)
        .filter(Boolean)
        .slice(0, mostWords);
      const found = await listedWeaknesses(api.db, { words, sort: wanted.sort_by ?? 'cves', ...span(wanted) });
      return paged(wanted, found.weaknesses.map(weaknessItemOf), { value: found.total, exact: true });
    },
  );

  app.get(
    '/weaknesses/:cwe',
    {
      config: { data: ['catalogues', 'vulnerabilities'] },
      schema: {
        operationId: 'getWeakness',
        tags,
        summary: 'A weakness, what it may lead to, and the most urgent of its CVEs',
        params: Type.Object({ cwe: Type.String({ pattern: '^([Cc][Ww][Ee]-)?[0-9]{1,5}$', examples: ['CWE-79'] }) }),
        querystring: QueryString({}),
        response: answers(WeaknessRecord),
      },
    },
    async ({ params }) => recordOf(api, `CWE-${Number(params.cwe.replace(/^cwe-/i, ''))}`),
  );
};

async function recordOf({ db, now }: Api, id: string) {
  const found = await weakness(db, id);
  if (!found) throw new AppError('not_found', `${id} is not in the catalogue that is loaded.`, { parameter: 'cwe' });
  const names = await weaknessNames(db, found.parentIds);
  const { techniques, total } = await derivedTechniques(db, [id], mostTechniques);
  const query = fieldIs(vulnerabilityLanguage, 'cwe', [id]);
  const cves = await search(db, { query, sort: 'priority', limit: mostCves, countUpTo: null, now: now() });
  return {
    ...weaknessOf(found),
    parents: found.parentIds.map((parent) => ({ weakness_id: parent, name: names.get(parent) ?? null })),
    children: (await weaknessesBelow(db, id)).map((child) => ({ weakness_id: child.id, name: child.name })),
    attack_patterns: (await attackPatternsOf(db, id)).map((p) => ({ attack_pattern_id: p.id, name: p.name })),
    techniques: techniques.map(derivedOf),
    technique_count: total,
    cves: cves.hits.map((hit) => ({
      cve_id: hit.cveId,
      title: hit.title,
      severity: hit.severity,
      cvss_score: hit.cvssScore,
      exploited_in_the_wild: hit.exploited,
      priority_score: hit.priorityScore,
    })),
    cve_count: cves.total.value,
  };
}
