import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import type { Api, App } from '../../src/api/contract.ts';
import type { Database } from '../../src/db/database.ts';
import { testApi } from './api.ts';
import { type Look, launch, Visitor } from './browser.ts';
import { type TestDatabase, testDatabases } from './database.ts';
import { fillForWeb, webDay } from './web-data.ts';

/** The browser app, served with data, and a browser to look at it. */
export class WebStage {
  readonly browser: Browser;
  readonly #database: TestDatabase;
  #app: App | null = null;
  #port = 0;
  #visitors: Visitor[] = [];

  private constructor(browser: Browser, database: TestDatabase) {
    this.browser = browser;
    this.#database = database;
  }

  /** @param parts of the server, made for its database, that are other than usual */
  static async open(parts: (db: Database) => Partial<Api> = () => ({})): Promise<WebStage> {
    const [server] = testDatabases();
    if (!server) throw new Error('there is no database');
    const [browser, database] = await Promise.all([launch(), server.open()]);
    const stage = new WebStage(browser, database);
    await fillForWeb(database.database);
    await stage.start(parts);
    return stage;
  }

  get db(): Database {
    return this.#database.database;
  }

  get app(): App {
    if (!this.#app) throw new Error('the server is stopped');
    return this.#app;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts the server, after {@link stop} at the same address. */
  async start(parts: (db: Database) => Partial<Api> = () => ({})): Promise<void> {
    const env = { OPENTHREAT_RATE_LIMIT: '0' };
    this.#app = await testApi(this.db, env, { now: () => new Date(webDay), ...parts(this.db) });
    await this.#app.listen({ host: '127.0.0.1', port: this.#port });
    this.#port = (this.#app.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#app?.server.closeAllConnections();
    await this.#app?.close();
    this.#app = null;
  }

  /** Somebody opens an address of the app in a browser profile of their own. */
  async visit(path: string, look?: Look): Promise<Visitor> {
    const visitor = await Visitor.arrive(this.browser, this.url, look);
    this.#visitors.push(visitor);
    await visitor.open(path);
    return visitor;
  }

  /** All visitors leave. @returns what they noticed that should not be */
  async leave(): Promise<string[]> {
    const visitors = this.#visitors.splice(0);
    await Promise.all(visitors.map(async (visitor) => visitor.leave()));
    return visitors.flatMap(({ faults }) => faults);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.stop();
    await this.#database.drop();
  }
}
