import { existsSync } from 'node:fs';
import { join } from 'node:path';
import serveStatic from '@fastify/static';
import type { App } from './contract.ts';

/** Where the built browser app lies: beside src/ in a clone, beside dist/ in the package. */
export const webFolder = join(import.meta.dirname, '..', '..', 'web', 'dist');

/** Assets have their content's hash in their name: what has the name never changes. */
const forEver = 'public, max-age=31536000, immutable';

/**
 * Serves the browser app: its files, and its page for every address that a browser asks for and no route has, because every
 * view is such an address. Without a built app there is only the API.
 */
export async function serveWeb(app: App, folder = webFolder): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) return;
  await app.register(serveStatic, { root: folder, serve: false, cacheControl: false });
  app.get('/assets/*', { schema: { hide: true }, config: { role: 'anyone' } }, (request, reply) => {
    const { '*': name } = request.params as { '*': string };
    return reply.header('cache-control', forEver).sendFile(`assets/${name}`);
  });
  app.get('/icon.svg', { schema: { hide: true }, config: { role: 'anyone' } }, (_, reply) =>
    reply.sendFile('icon.svg'),
  );
  app.get('/*', { schema: { hide: true }, config: { role: 'anyone' } }, (request, reply) => {
    const isView = request.headers.accept?.includes('text/html') && !/^\/(?:api|docs)(?:\/|$)/.test(request.url);
    if (!isView) return reply.callNotFound();
    return reply.header('cache-control', 'no-cache').sendFile('index.html');
  });
}
