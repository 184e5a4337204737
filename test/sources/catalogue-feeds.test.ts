import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { attackFeed } from '../../src/sources/attack.ts';
import { attackMappingsFeed } from '../../src/sources/attack-mappings.ts';
import { capecFeed } from '../../src/sources/capec.ts';
import type { Connector, ConnectorState, FeedDocument } from '../../src/sources/connector.ts';
import { cweFeed } from '../../src/sources/cwe.ts';
import { failureOf, removeDownloads, testFetcher } from '../support/fetching.ts';
import { json, startHttpServer, type TestHttpServer, text } from '../support/http-server.ts';

afterAll(removeDownloads);

const raw = '/raw.githubusercontent.com';
const attackPath = (matrix: string) =>
  `${raw}/mitre-attack/attack-stix-data/master/${matrix}-attack/${matrix}-attack.json`;
const mappingsPath = (attack: string, kev: string, matrix: string) =>
  `${raw}/center-for-threat-informed-defense/mappings-explorer/main/mappings/kev/attack-${attack}/kev-${kev}/${matrix}/kev-${kev}_attack-${attack}-${matrix}.json`;
const bundle = (name: string) => ({ type: 'bundle', objects: [{ name }] });

/** What a connector brings, after the state that it had. */
async function fetched(
  connector: Connector,
  server: TestHttpServer,
  state: ConnectorState = {},
): Promise<FeedDocument[]> {
  const { fetcher } = testFetcher(server.url);
  const documents: FeedDocument[] = [];
  const context = {
    net: fetcher,
    state,
    now: new Date('2026-06-01T00:00:00Z'),
    since: null,
    settings: { nvdApiKey: null, abuseChAuthKey: null },
    note: () => {},
  };
  for await (const document of connector.fetch(context)) documents.push(document);
  return documents;
}

const stateAfter = (documents: readonly FeedDocument[]): ConnectorState => documents.at(-1)?.state ?? {};
const contents = (documents: readonly FeedDocument[]) => documents.map((d) => readFileSync(d.file, 'utf8'));

async function attackServer() {
  return startHttpServer(
    Object.fromEntries(['enterprise', 'mobile', 'ics'].map((matrix) => [attackPath(matrix), json(bundle(matrix))])),
  );
}

describe('ATT&CK', () => {
  test('brings each matrix once, and then only what is new', async () => {
    await using server = await attackServer();
    const first = await fetched(attackFeed, server);
    expect(first.map((d) => d.url.split('/').at(-1))).toEqual([
      'enterprise-attack.json',
      'mobile-attack.json',
      'ics-attack.json',
    ]);
    expect(first.map((d) => d.format.id)).toEqual(['attack', 'attack', 'attack']);
    const state = stateAfter(first);
    expect(await fetched(attackFeed, server, state)).toEqual([]);
    expect(server.requests.at(-1)?.headers['if-none-match']).toBeTruthy();
    server.set(attackPath('mobile'), json(bundle('newer')));
    const next = await fetched(attackFeed, server, state);
    expect(contents(next)).toEqual([JSON.stringify(bundle('newer'))]);
    expect(await fetched(attackFeed, server, stateAfter(next))).toEqual([]);
  });

  test('after an interruption goes on where it was', async () => {
    await using server = await attackServer();
    const [first] = await fetched(attackFeed, server);
    const rest = await fetched(attackFeed, server, first?.state ?? {});
    expect(rest.map((d) => d.url.split('/').at(-1))).toEqual(['mobile-attack.json', 'ics-attack.json']);
  });

  test('a server that tells no version is asked again, and the same bytes are not stored again', async () => {
    await using server = await attackServer();
    for (const matrix of ['enterprise', 'mobile', 'ics'])
      server.set(attackPath(matrix), { ...json(bundle(matrix)), etag: null });
    const first = await fetched(attackFeed, server);
    expect(first).toHaveLength(3);
    expect(await fetched(attackFeed, server, stateAfter(first))).toEqual([]);
  });

  test('what an older parser had read is read again', async () => {
    await using server = await attackServer();
    const state = stateAfter(await fetched(attackFeed, server));
    expect(await fetched(attackFeed, server, { ...state, format: 0 })).toHaveLength(3);
    expect(await fetched(attackFeed, server, { format: 1, documents: 'nonsense' })).toHaveLength(3);
  });

  test('a matrix that is gone is no empty matrix', async () => {
    await using server = await attackServer();
    server.fault({ match: 'ics-attack', kind: 'status', status: 404 });
    const error = await failureOf(fetched(attackFeed, server));
    expect(error.code).toBe('source_malformed');
    expect(error.message).toMatch(
      /There is no document at https:\/\/raw\.githubusercontent\.com\/.*ics-attack\.json\b/,
    );
  });

  test.each(['html', 'empty'] as const)('an answer that is %s is an error', async (kind) => {
    await using server = await attackServer();
    server.fault({ match: 'enterprise-attack', kind });
    expect(['source_malformed', 'source_unreachable']).toContain((await failureOf(fetched(attackFeed, server))).code);
  });
});

describe('the mappings', () => {
  test('are those of the newest release that there is', async () => {
    await using server = await startHttpServer({
      [mappingsPath('15.1', '02.13.2025', 'enterprise')]: json(bundle('old')),
      [mappingsPath('16.1', '07.28.2025', 'mobile')]: json(bundle('mobile')),
    });
    const first = await fetched(attackMappingsFeed, server);
    expect(contents(first)).toEqual(['old', 'mobile'].map((name) => JSON.stringify(bundle(name))));
    expect(await fetched(attackMappingsFeed, server, stateAfter(first))).toEqual([]);
    server.set(mappingsPath('16.1', '08.27.2025', 'enterprise'), json(bundle('new')));
    const next = await fetched(attackMappingsFeed, server, stateAfter(first));
    expect(contents(next)).toEqual([JSON.stringify(bundle('new'))]);
    expect(Object.keys((stateAfter(next).documents ?? {}) as object)).toHaveLength(2);
  });
});

test.each([
  [cweFeed, '/cwe.mitre.org/data/xml/cwec_latest.xml.zip', text(Buffer.from('PK'), 'application/zip')],
  [capecFeed, `${raw}/mitre/cti/master/capec/2.1/stix-capec.json`, json(bundle('capec'))],
] as const)('$id is one document', async (connector, path, answer) => {
  await using server = await startHttpServer({ [path]: answer });
  const documents = await fetched(connector, server);
  expect(documents.map((d) => [d.url, d.format.sources[0]])).toEqual([[`https:/${path}`, connector.id]]);
});

test('each connects only to the hosts that it names', async () => {
  for (const connector of [attackFeed, attackMappingsFeed, cweFeed, capecFeed]) {
    await using server = await startHttpServer();
    await failureOf(fetched(connector, server));
    for (const { path } of server.requests) expect(connector.hosts).toContain(path.split('/')[1]);
  }
});
