import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { printQuery } from '../../domain/query/print.ts';
import { vulnerabilityLanguage } from '../../domain/query/vulnerability-fields.ts';
import { AppError } from '../../errors.ts';
import { exportPages } from '../../search/export/pages.ts';
import { exportText } from '../../search/export/text.ts';
import { uuidOf } from '../../search/export/uuid.ts';
import { readQuery } from '../../search/query.ts';
import type { Routes } from '../contract.ts';
import { documents } from '../schemas/documents.ts';
import { ExportQuery, exportFormats } from '../schemas/export.ts';
import { begun, watched } from '../streams.ts';

/** More exports than this are not written at a time. */
const mostAtOnce = 8;

/** A client that takes nothing for so long is not waited for any longer, in milliseconds. */
const patience = 60_000;

/** /export. */
export const exportRoutes: Routes = (app, { db, now, version }) => {
  let running = 0;
  app.get(
    '/export',
    {
      exposeHeadRoute: false, // it would write the whole export to find out
      config: { data: ['vulnerabilities', 'catalogues'], timely: true, long: true },
      schema: {
        operationId: 'exportVulnerabilities',
        tags: ['feeds and exports'],
        summary: 'All CVEs of a query as a file',
        description:
          'Streamed, whatever its size. Records are read in pages, each as it stands at that moment. An answer that breaks off was ended by an error.',
        querystring: ExportQuery,
        response: documents(
          Object.values(exportFormats).map(({ type }) => type),
          Type.String(),
        ),
      },
    },
    async ({ query: { q = '', format = 'csv', sort = 'cve', limit } }, reply) => {
      if (running >= mostAtOnce)
        throw new AppError('overloaded', `${mostAtOnce} exports are being written already: try again in a while.`);
      const { type, extension, details, writer } = exportFormats[format];
      const query = readQuery(q, vulnerabilityLanguage);
      const at = now();
      const order = sort === 'cve' ? null : sort;
      const asked = { query, sort: order, limit: limit ?? Number.POSITIVE_INFINITY, now: at, details };
      const pages = await begun(exportPages(db, asked));
      const head = { query: printQuery(query), at: at.toISOString(), version, uuid: uuidOf };
      const text = watched(exportText(pages, writer(head)), patience, () => stream.destroy());
      const stream = Readable.from(text);
      running++;
      stream.once('close', () => running--);
      const name = `openthreat-${head.at.slice(0, 10)}.${extension}`;
      return reply.type(type).header('content-disposition', `attachment; filename="${name}"`).send(stream);
    },
  );
};
