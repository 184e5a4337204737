import type { InjectOptions, LightMyRequestResponse as Response } from 'fastify';
import { newKey } from '../../src/api/auth/key.ts';
import type { App, Role } from '../../src/api/contract.ts';
import { storeKey } from '../../src/db/api-keys.ts';
import type { Database } from '../../src/db/database.ts';

/** A task as the API shows it, as far as tests look at it. */
export interface ShownTask {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly error: string | null;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly progress: Readonly<Record<string, unknown>>;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly runs: readonly (Readonly<Record<string, unknown>> & { readonly id: number })[];
  readonly requested_by: string;
}

/** Somebody who asks the API with a key. */
export class KeyHolder {
  readonly headers: Readonly<Record<string, string>>;
  readonly #app: App;

  private constructor(app: App, key: string) {
    this.#app = app;
    this.headers = { authorization: `Bearer ${key}` };
  }

  static async of(app: App, db: Database, role: Role = 'writer'): Promise<KeyHolder> {
    const { key, prefix, hash } = newKey();
    await storeKey(db, { name: role, role, prefix, hash, expiresAt: null });
    return new KeyHolder(app, key);
  }

  async get(path: string): Promise<Response> {
    return this.#app.inject({ url: `/api/v1${path}`, headers: this.headers });
  }

  async post(path: string, options: InjectOptions = {}): Promise<Response> {
    const headers = { ...this.headers, ...options.headers };
    return this.#app.inject({ ...options, method: 'POST', url: `/api/v1${path}`, headers });
  }

  /** What came of what was asked for, when it has ended. */
  async ended(asked: Response): Promise<ShownTask> {
    if (asked.statusCode !== 202) throw new Error(`${asked.statusCode}: ${asked.body}`);
    const path = String(asked.headers.location);
    const events = await this.#app.inject({ url: `${path}/events`, headers: this.headers });
    return eventsIn(events.body).at(-1)?.data as ShownTask;
  }
}

/** The events of a stream. */
export function eventsIn(body: string): { event: string; data: ShownTask }[] {
  return [...body.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, event = '', data = '{}']) => ({
    event,
    data: JSON.parse(data) as ShownTask,
  }));
}
