import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { Redis } from 'ioredis';
import type { KeyRole } from '../db/api-keys.ts';
import type { DataFamily, DataVersions } from '../db/data-version.ts';
import type { Database } from '../db/database.ts';
import type { KnownSource } from '../jobs/known-sources.ts';
import type { Tasks } from '../jobs/requested/contract.ts';
import type { Schedules } from '../jobs/schedules.ts';
import type { ResultCache } from '../search/result-cache.ts';
import type { HttpConfig } from '../settings/http.ts';

/** What a key may do: each role may do what those before it may. */
export const roles = ['reader', 'writer', 'admin'] as const satisfies readonly KeyRole[];
export type Role = KeyRole;

/** Who sent a request. Without a key: an address. */
export interface Caller {
  readonly kind: 'key' | 'address';
  /** The key's number, or the address. */
  readonly id: string;
  /** What the key is called; null without one. */
  readonly name: string | null;
  readonly role: Role | null;
}

/** What the routes work with. */
export interface Api {
  readonly db: Database;
  /** For what only reads: may be a standby of `db`, which has at least what was written through this process. */
  readonly reading: Database;
  readonly versions: DataVersions;
  readonly now: () => Date;
  readonly settings: HttpConfig;
  readonly schedules: Schedules;
  readonly tasks: Tasks;
  readonly sources: readonly KnownSource[];
  /** For what several servers share; null: nothing is shared. */
  readonly redis: Redis | null;
  /** Results of costly searches. */
  readonly results: ResultCache;
  /** The folder of backups. */
  readonly backups: string;
  /** Of the program. */
  readonly version: string;
}

/** Fastify with types from the schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** One resource: adds its routes. Each is a file in routes/ and a line in routes.ts. */
export type Routes = (app: App, api: Api) => void;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The least role a caller needs; a reader's where nothing is said, which everyone has while reading is open. */
    readonly role?: Role | 'anyone';
    /** What the answer is made of: it may be cached until that changes. Without it, it is not cached. */
    readonly data?: readonly DataFamily[];
    /** The answer also changes with the clock, within a minute. */
    readonly timely?: true;
    /** A stream, in or out, that may take longer than other requests: exports, events, documents. */
    readonly long?: true;
    /** Answered however much there is to do: monitoring. */
    readonly vital?: true;
  }
  interface FastifyRequest {
    caller: Caller;
  }
}
