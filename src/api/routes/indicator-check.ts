import { type Static, Type } from 'typebox';
import { AppError } from '../../errors.ts';
import { Check } from '../../search/indicators/check.ts';
import { checkLines, checkValues } from '../../search/indicators/read-text.ts';
import type { Routes } from '../contract.ts';
import { answers, QueryString } from '../schemas/common.ts';
import { Checked, findingOf } from '../schemas/indicator.ts';

const mostFindings = 5_000;

const Body = Type.Object(
  {
    text: Type.Optional(Type.String({ description: 'A text, such as a log' })),
    values: Type.Optional(
      Type.Array(Type.String({ maxLength: 10_000 }), { maxItems: 100_000, examples: [['45.61.3[.]4']] }),
    ),
    unknown: Type.Optional(Type.Boolean({ description: 'Lists indicators that nobody reports, too' })),
  },
  { additionalProperties: false, description: 'Either `text` or `values`' },
);

/** POST /iocs/check: what is known of the indicators in a text or a list. */
export const indicatorCheckRoutes: Routes = (app, { db }) => {
  app.post(
    '/iocs/check',
    {
      config: { reads: true },
      schema: {
        operationId: 'checkIndicators',
        tags: ['indicators'],
        summary: 'What is known of the addresses, domains, URLs, e-mail addresses and hashes in a text or a list',
        description: `Up to 1 MiB, defanged or not; as JSON, or as plain text. At most ${mostFindings.toLocaleString('en')} findings are listed.`,
        querystring: QueryString({}),
        consumes: ['application/json', 'text/plain'],
        body: {
          content: {
            'application/json': { schema: Body },
            'text/plain': { schema: Type.String({ examples: ['GET http://evil[.]example/a.exe 45.61.3.4'] }) },
          },
        },
        response: answers(Checked),
      },
    },
    async (request) => {
      const body = request.body as string | Static<typeof Body> | null;
      const { text, values, unknown = false } = typeof body === 'string' ? { text: body } : (body ?? {});
      if ((text === undefined) === (values === undefined)) {
        throw new AppError('invalid_input', 'Send either a text or values.', { parameter: 'body' });
      }
      const check = await Check.begin(db, { limit: mostFindings, unknown });
      const lines = text?.split('\n') ?? [];
      await checkLines(check, lines, 1);
      const none = await checkValues(check, values ?? []);
      const findings = await check.end();
      return {
        lines: values?.length ?? lines.length,
        looked: check.looked,
        known: findings.filter(({ matches }) => matches.length > 0).length,
        dropped: check.dropped,
        findings: findings.map(findingOf),
        no_indicators: none,
      };
    },
  );
};
