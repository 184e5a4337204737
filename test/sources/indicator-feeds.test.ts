import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connector } from '../../src/sources/connector.ts';
import { connectors } from '../../src/sources/registry.ts';
import { ask, type Question } from '../support/asking.ts';
import { removeDownloads } from '../support/fetching.ts';
import { startHttpServer, type TestHttpServer, text } from '../support/http-server.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
const feed = (id: string) => connectors.find((one) => one.id === id) as Connector;
const key = 'an-auth-key';
const settings = { abuseChAuthKey: key };
const noon = (day: number) => `2026-05-${String(day).padStart(2, '0')}T12:00:00.000Z`;

let server: TestHttpServer;
beforeEach(async () => {
  server = await startHttpServer();
});
afterEach(() => server.close());
afterAll(removeDownloads);

const paths = () => server.requests.map(({ path }) => path);

const whole = [
  ['urlhaus', '/urlhaus.abuse.ch/downloads/csv_online/', 'urlhaus_online/input/online.csv', 1],
  ['feodo_tracker', '/feodotracker.abuse.ch/downloads/ipblocklist.json', 'feodo_tracker/input/ipblocklist.json', 2],
  ['ipsum', '/raw.githubusercontent.com/stamparm/ipsum/master/ipsum.txt', 'ipsum/input/ipsum.txt', 5],
  ['malware_bazaar', '/bazaar.abuse.ch/export/csv/recent/', 'malware_bazaar/input/recent.csv', 5],
  ['threatfox', '/threatfox.abuse.ch/export/csv/full/', 'threatfox/input/recent.csv', 4],
] as const;

describe.each(whole)('%s', (id, path, file, records) => {
  const asked = (question: Question = {}) => ask(feed(id), server, { settings, now: noon(1), ...question });

  test('comes when it is new, and not again while it is the same', async () => {
    server.set(path, text(fixture(file)));
    const first = await asked();
    expect(first).toMatchObject({ error: null, documents: [{ url: `https:/${path}` }] });
    expect(first.ids).toHaveLength(records);
    if (id === 'threatfox') server.set(path.replace('full', 'recent'), text(fixture(file)));
    else expect(await asked({ state: first.state, now: noon(2) })).toMatchObject({ error: null, documents: [] });
  });

  test.each([
    ['a web page', { kind: 'html' }, 'source_malformed'],
    ['nothing', { kind: 'empty' }, 'source_malformed'],
    ['a refusal', { kind: 'status', status: 403 }, 'source_unreachable'],
    ['a broken line', { kind: 'truncate' }, 'source_unreachable'],
  ] as const)('%s in its place is an error, and remembers nothing', async (_, fault, code) => {
    server.set(path, text(fixture(file)));
    server.fault({ match: path, ...fault });
    const { error, documents, state } = await asked();
    expect(error).toMatchObject({ code });
    expect(error?.message).not.toContain(key);
    expect(documents).toEqual([]);
    expect(state).toEqual({});
  });
});

test('the list of what is online is read as the whole list that it is', () => {
  for (const id of ['urlhaus', 'feodo_tracker', 'ipsum']) expect(feed(id).coverage).toBe('full');
});

describe('ThreatFox', () => {
  const site = '/threatfox.abuse.ch/export/csv/';

  test('is not asked without a key, and the key goes with each request', async () => {
    expect(feed('threatfox').needs?.({ nvdApiKey: null, abuseChAuthKey: null })).toMatch(/ABUSE_CH_AUTH_KEY/);
    expect(feed('threatfox').needs?.({ nvdApiKey: null, ...settings })).toBeNull();
    server.set(`${site}full/`, text(fixture('threatfox/input/recent.csv')));
    await ask(feed('threatfox'), server, { settings });
    expect(server.requests.map(({ headers }) => headers['auth-key'])).toEqual([key]);
  });

  test('is fetched whole at first and after a gap, and else by what is recent', async () => {
    server.set(`${site}full/`, text(fixture('threatfox/input/recent.csv')));
    const rows = fixture('threatfox/input/recent.csv').split('\r\n');
    server.set(`${site}recent/`, text(rows.slice(0, 8).join('\r\n')));
    const first = await ask(feed('threatfox'), server, { settings, now: noon(1) });
    const second = await ask(feed('threatfox'), server, { settings, now: noon(2), state: first.state });
    expect(second.ids).toHaveLength(2);
    await ask(feed('threatfox'), server, { settings, now: noon(5), state: second.state });
    expect(paths()).toEqual([`${site}full/`, `${site}recent/`, `${site}full/`]);
  });
});

describe('MalwareBazaar', () => {
  const site = '/bazaar.abuse.ch/export/';

  test('is read from the plain list where there is no table', async () => {
    server.set(`${site}txt/md5/recent/`, text(fixture('malware_bazaar/input/recent-md5.txt')));
    const { ids, error } = await ask(feed('malware_bazaar'), server);
    expect(error).toBeNull();
    expect(ids).toHaveLength(2);
  });

  test('says what is missing when it was not asked for too long', async () => {
    server.set(`${site}csv/recent/`, text(fixture('malware_bazaar/input/recent.csv')));
    const first = await ask(feed('malware_bazaar'), server, { now: noon(1) });
    expect(first.notes).toEqual([]);
    expect((await ask(feed('malware_bazaar'), server, { now: noon(2), state: first.state })).notes).toEqual([]);
    const late = await ask(feed('malware_bazaar'), server, { now: noon(20), state: first.state });
    expect(late.notes).toEqual([
      'it lists the last two days only: for all samples since 2026-05-01 ingest https://bazaar.abuse.ch/export/csv/full/',
    ]);
  });

  test('fails when there is neither', async () => {
    expect((await ask(feed('malware_bazaar'), server)).error).toMatchObject({ code: 'source_malformed' });
  });
});
