import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { AppError } from '../../errors.ts';
import type { HttpConfig } from '../../settings/http.ts';
import type { App } from '../contract.ts';

const self = ["'self'"];

/**
 * What a page from here may do in a browser. Scripts come from this server and never from within a page; styles may stand
 * in a page, as those of the app and of the reference do. TLS is asked for where it is here: many listen on a plain port
 * behind a proxy.
 */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: self,
    scriptSrc: self,
    scriptSrcAttr: ["'none'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'", 'data:'],
    connectSrc: self,
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: self,
    frameAncestors: ["'none'"],
  },
};

/** In seconds. */
const year = 31_536_000;

const sentHeaders = ['authorization', 'content-type', 'if-none-match', 'x-api-key', 'x-request-id'];
const shownHeaders = ['etag', 'link', 'location', 'retry-after', 'x-request-id', 'x-ratelimit-remaining'];

/** Headers that tell browsers what they may do with the answers. */
export async function protectBrowsers(app: App, { corsOrigins, tls }: HttpConfig): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy,
    frameguard: { action: 'deny' },
    strictTransportSecurity: tls === null ? false : { maxAge: year, includeSubDomains: false },
  });
  if (corsOrigins.length === 0) return;
  await app.register(cors, {
    origin: corsOrigins.map(originOf),
    methods: ['GET', 'HEAD', 'POST'],
    allowedHeaders: sentHeaders,
    exposedHeaders: shownHeaders,
    maxAge: 600,
  });
}

function originOf(text: string): string {
  if (URL.parse(text)?.origin === text && /^https?:/.test(text)) return text;
  throw new AppError(
    'invalid_setting',
    `OPENTHREAT_CORS_ORIGINS must list origins such as https://app.example.org, which "${text}" is not.`,
    { setting: 'OPENTHREAT_CORS_ORIGINS' },
  );
}
