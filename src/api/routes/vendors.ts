import { Type } from 'typebox';
import { type CountedNames, countedNames, type NamesRequest, productsOf } from '../../db/vendors.ts';
import { canonicalName } from '../../domain/names.ts';
import { cleanText } from '../../domain/text.ts';
import type { Routes } from '../contract.ts';
import { paged, span } from '../pages.ts';
import { answers, PageQuery, pageOf, QueryString } from '../schemas/common.ts';

const Named = Type.Object({
  name: Type.String({ description: 'In its one spelling: lower case, words joined by _' }),
  cve_count: Type.Integer({ description: 'CVEs that affect it' }),
});

const NamesQuery = {
  q: Type.Optional(Type.String({ maxLength: 200, description: 'A part of the name', examples: ['micro'] })),
  sort_by: Type.Optional(Type.Enum(['cves', 'name'], { default: 'cves', description: 'The order' })),
  sort_order: Type.Optional(
    Type.Enum(['desc', 'asc'], { description: 'Without it `desc` by CVEs, and `asc` by name' }),
  ),
  ...PageQuery,
};

interface Wanted {
  readonly q?: string;
  readonly sort_by?: 'cves' | 'name';
  readonly sort_order?: 'desc' | 'asc';
  readonly page?: number;
  readonly page_size?: number;
}

const tags = ['vendors and products'];
const data = ['vulnerabilities'] as const;

/** Vendors and products by name, with the number of CVEs that affect each. */
export const vendorRoutes: Routes = (app, { db }) => {
  app.get(
    '/vendors',
    {
      config: { data },
      schema: {
        operationId: 'listVendors',
        tags,
        summary: 'The vendors of affected products, those with most CVEs first',
        querystring: QueryString(NamesQuery),
        response: answers(pageOf(Named)),
      },
    },
    async ({ query }) => answered(query, await countedNames(db, 'vendor', requested(query))),
  );

  app.get(
    '/products',
    {
      config: { data },
      schema: {
        operationId: 'listProducts',
        tags,
        summary: 'The affected products, those with most CVEs first',
        querystring: QueryString({
          ...NamesQuery,
          vendor: Type.Optional(
            Type.String({ minLength: 1, maxLength: 200, description: 'Only of this vendor', examples: ['microsoft'] }),
          ),
        }),
        response: answers(pageOf(Named)),
      },
    },
    async ({ query: { vendor, ...query } }) => {
      const request = requested(query);
      if (vendor === undefined) return answered(query, await countedNames(db, 'product', request));
      return answered(query, await productsOf(db, canonicalName(cleanText(vendor).text), request));
    },
  );
};

function requested(wanted: Wanted): NamesRequest {
  const sort = wanted.sort_by ?? 'cves';
  const order = wanted.sort_order ?? (sort === 'name' ? 'asc' : 'desc');
  const part = cleanText(wanted.q ?? '').text;
  return { part: part.toLowerCase().replaceAll(/\s+/g, '_'), sort, descending: order === 'desc', ...span(wanted) };
}

function answered(wanted: Wanted, { names, total }: CountedNames) {
  const items = names.map(({ name, cves }) => ({ name, cve_count: cves }));
  return paged(wanted, items, { value: total, exact: true });
}
