import { type Static, Type } from 'typebox';
import { summariesOf } from '../../db/vulnerabilities.ts';
import { canonicalName } from '../../domain/names.ts';
import { AppError } from '../../errors.ts';
import { type Software, softwareOfCpe, softwareOfPurl } from '../../search/affected.ts';
import { affectingEach } from '../../search/affected-many.ts';
import { serializerCompiler } from '../as-built.ts';
import type { Routes } from '../contract.ts';
import { AffectedAnswer, becauseShown, SoftwareAsked } from '../schemas/affected.ts';
import { answers, QueryString } from '../schemas/common.ts';
import { summaryOf } from '../schemas/vulnerability.ts';

const most = 200;

const Body = Type.Object(
  {
    software: Type.Array(SoftwareAsked, { minItems: 1, maxItems: most }),
    limit: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 100, default: 20, description: 'How many CVEs are listed for each' }),
    ),
  },
  { additionalProperties: false },
);

/** What is asked for, or why it cannot be understood. */
type Understood = { readonly software: Software } | { readonly error: string };

function understood(asked: Static<typeof SoftwareAsked>): Understood {
  try {
    const software = softwareOf(asked);
    return software.products.length > 0 ? { software } : { error: 'It names no product.' };
  } catch (error) {
    if (error instanceof AppError) return { error: error.message };
    throw error;
  }
}

function softwareOf(asked: Static<typeof SoftwareAsked>): Software {
  if (typeof asked === 'string') return asked.startsWith('pkg:') ? softwareOfPurl(asked) : softwareOfCpe(asked);
  const name = (text: string | undefined) => [canonicalName(text ?? '')].filter(Boolean);
  return { vendors: name(asked.vendor), products: name(asked.product), version: asked.version ?? null };
}

/** /affected: what a list of software is affected by. */
export const affectedRoutes: Routes = (app, { db }) => {
  app.post(
    '/affected',
    {
      config: { reads: true },
      serializerCompiler,
      schema: {
        operationId: 'findAffected',
        tags: ['vulnerabilities'],
        summary: `The CVEs that affect each of up to ${most} pieces of software, with the reason`,
        description:
          'The ranges of versions that the sources give are compared with the version, by the rules of the CVE Record Format and of CPE. Rejected CVEs are left out. What cannot be understood is answered in its place.',
        querystring: QueryString({}),
        body: Body,
        response: answers(Type.Object({ results: Type.Array(AffectedAnswer) })),
      },
    },
    async ({ body }) => {
      const { software, limit = 20 } = body;
      const asked = software.map((one) => ({ one, meant: understood(one) }));
      const found = await affectingEach(
        db,
        asked.flatMap(({ meant }) => ('software' in meant ? [meant.software] : [])),
      );
      const shown = [...found.values()].flatMap(({ cves }) => cves.slice(0, limit).map(({ cveId }) => cveId));
      const summaries = await summariesOf(db, [...new Set(shown)]);
      const results = asked.map(({ one, meant }) => {
        if ('error' in meant) return { asked: one, error: meant.error, total: 0, total_exact: true, items: [] };
        const { cves, exact } = found.get(meant.software) ?? { cves: [], exact: true };
        const items = cves.slice(0, limit).flatMap(({ cveId, because }) => {
          const summary = summaries.get(cveId);
          return summary ? [{ ...summaryOf(summary), because: becauseShown(because, meant.software) }] : [];
        });
        return { asked: one, error: null, total: cves.length, total_exact: exact, items };
      });
      return { results };
    },
  );
};
