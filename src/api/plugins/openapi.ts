import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifySchema } from 'fastify';
import { mayEveryoneRead } from '../auth/reading.ts';
import type { Api, App, Role } from '../contract.ts';

/** The two ways to bring a key. */
const withKey = [{ bearer: [] }, { key: [] }];

const description = `Vulnerabilities, techniques and indicators, merged from the public feeds and ranked.

Times are in UTC. CVSS scores are 0–10; EPSS, priority and confidence 0–1. A parameter that is not known is refused, and an
error is a problem (RFC 9457) that names it. Reads have an ETag: send it back as If-None-Match, and an answer that has not
changed is not sent again.`;

/** The OpenAPI document, made of the schemas that validate, and its reference page at /docs. */
export async function describe(app: App, { version, settings }: Pick<Api, 'version' | 'settings'>): Promise<void> {
  const isOpen = mayEveryoneRead(settings);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'OpenThreat',
        version,
        description,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'Authorization: Bearer KEY' },
          key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        },
      },
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `schema-${i}`) },
    transform: ({ schema, url, route }) => ({ schema: secured(schema, route.config?.role ?? 'reader', isOpen), url }),
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: { title: 'OpenThreat API' },
    uiConfig: { displayRequestDuration: true },
  });
}

/** The schema of a route, with what it needs to be allowed. */
function secured(schema: FastifySchema | undefined, role: Role | 'anyone', isOpen: boolean): FastifySchema {
  if (role === 'anyone') return { ...schema, security: [] };
  if (role === 'reader') return { ...schema, security: isOpen ? [{}, ...withKey] : withKey };
  const needs = `Needs a key of the role ${role}.`;
  return { ...schema, security: withKey, description: [schema?.description, needs].filter(Boolean).join(' ') };
}
