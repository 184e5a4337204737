import { type Static, Type } from 'typebox';
import type { Because, Software } from '../../search/affected.ts';
import { Nullable } from './common.ts';
import { rangeOf, VersionRangePart } from './parts.ts';
import { VulnerabilitySummary } from './vulnerability.ts';

const text = (description: string, example: string) =>
  Type.Optional(Type.String({ maxLength: 1_000, description, examples: [example] }));

/** Software as it is asked for: a CPE or package URL by itself, or vendor, product and version. */
export const SoftwareAsked = Type.Union([
  Type.String({
    maxLength: 1_000,
    description: 'A CPE name or a package URL',
    examples: ['cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*', 'pkg:npm/lodash@4.17.20'],
  }),
  Type.Object(
    {
      vendor: text('Without it: of any vendor', 'openssl'),
      product: text('The name that CPE has for it', 'openssl'),
      version: text('Without it: any version', '3.0.7'),
    },
    { additionalProperties: false },
  ),
]);

/** Why a CVE affects the software. */
export const BecauseSchema = Type.Object({
  source: Type.String({ description: 'Who says so' }),
  vendor: Type.String(),
  product: Type.String(),
  match: Type.Enum(['version', 'range', 'all', 'default', 'product'], {
    description:
      'version: it is listed by itself; range: it lies in `range`; all: every version is affected; default: so are versions that are not listed; product: no version was asked for',
  }),
  version: Nullable(Type.String()),
  range: Nullable(VersionRangePart),
});

const AffectingCve = Type.Object({ ...VulnerabilitySummary.properties, because: BecauseSchema });

/** The answer for one piece of software. */
export const AffectedAnswer = Type.Object({
  asked: SoftwareAsked,
  error: Nullable(Type.String({ description: 'Why it could not be understood; then nothing was looked for' })),
  total: Type.Integer({ description: 'How many CVEs affect it' }),
  total_exact: Type.Boolean({ description: 'false: there are more' }),
  items: Type.Array(AffectingCve, { description: 'The most urgent of them, up to `limit`' }),
});

/** A reason as the API shows it. */
export function becauseShown(because: Because, { version }: Software): Static<typeof BecauseSchema> {
  const { source, vendor, product, match } = because;
  return {
    source,
    vendor,
    product,
    match: version === null ? 'product' : match.kind === 'unlisted' ? 'default' : match.kind,
    version: match.kind === 'version' ? match.version : null,
    range: match.kind === 'range' ? rangeOf(match.range) : null,
  };
}
