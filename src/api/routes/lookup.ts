import { Type } from 'typebox';
import { ratedVulnerabilities } from '../../db/vulnerabilities.ts';
import { cveId } from '../../domain/cve-id.ts';
import type { CveId } from '../../domain/record.ts';
import { serializerCompiler } from '../as-built.ts';
import type { Routes } from '../contract.ts';
import { answers, QueryString } from '../schemas/common.ts';
import { recordOf, VulnerabilityRecord } from '../schemas/vulnerability.ts';

const most = 1_000;

const Lookup = Type.Object(
  {
    ids: Type.Array(Type.String({ maxLength: 100 }), {
      minItems: 1,
      maxItems: most,
      examples: [['CVE-2021-44228', 'CVE-2014-0160']],
    }),
  },
  { additionalProperties: false },
);

const Found = Type.Object({
  items: Type.Array(VulnerabilityRecord, { description: 'In the order in which they were asked for, each once' }),
  unknown: Type.Array(Type.String(), { description: 'Ids of which no source speaks' }),
  malformed: Type.Array(Type.String(), { description: 'Texts that are no CVE ids, as they came' }),
});

/** /vulnerabilities/lookup: many CVEs at once. */
export const lookupRoutes: Routes = (app, { db }) => {
  app.post(
    '/vulnerabilities/lookup',
    {
      config: { reads: true },
      serializerCompiler,
      schema: {
        operationId: 'lookupVulnerabilities',
        tags: ['vulnerabilities'],
        summary: `The records of up to ${most} CVEs`,
        querystring: QueryString({}),
        body: Lookup,
        response: answers(Found),
      },
    },
    async ({ body }) => {
      const ids = new Set<CveId>();
      const malformed: string[] = [];
      for (const text of body.ids) {
        const id = cveId(text);
        if (id) ids.add(id);
        else malformed.push(text);
      }
      const found = await ratedVulnerabilities(db, [...ids]);
      return {
        items: [...ids].flatMap((id) => found.get(id) ?? []).map(recordOf),
        unknown: [...ids].filter((id) => !found.has(id)),
        malformed,
      };
    },
  );
};
