import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { cisaKevFeed } from '../../src/sources/cisa-kev-feed.ts';
import { ask } from '../support/asking.ts';
import { kevCatalogue, kevEntry } from '../support/feeds.ts';
import { removeDownloads } from '../support/fetching.ts';
import { json, startHttpServer, type TestHttpServer, text } from '../support/http-server.ts';

const path = '/www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json';
let server: TestHttpServer;
beforeEach(async () => {
  server = await startHttpServer();
  server.set(path, text(kevCatalogue([kevEntry('CVE-2024-0001'), kevEntry('CVE-2024-0002')])));
});
afterEach(() => server.close());
afterAll(removeDownloads);

test('the catalogue comes whole, and not again while it is the same', async () => {
  const first = await ask(cisaKevFeed, server);
  expect(first.ids).toEqual(['CVE-2024-0001', 'CVE-2024-0002']);
  const second = await ask(cisaKevFeed, server, { state: first.state });
  expect(second).toMatchObject({ documents: [], error: null });
  server.set(path, text(kevCatalogue([kevEntry('CVE-2024-0003')], '2024-03-06')));
  const third = await ask(cisaKevFeed, server, { state: first.state });
  expect(third.ids).toEqual(['CVE-2024-0003']);
});

test.each([
  ['a catalogue without entries', text(kevCatalogue([]))],
  ['a page of NVD without records', json({ totalResults: 0, format: 'NVD_CVE', vulnerabilities: [] })],
  ['something else', json({ message: 'moved' })],
  ['half a catalogue', text('{"title":"CISA","vulnerabilities":[{"cveID":"CVE-20')],
])('in whose place comes %s is not taken, nor are its validators', async (_, answer) => {
  server.set(path, answer);
  const { error, documents } = await ask(cisaKevFeed, server);
  expect(error).toMatchObject({ code: 'source_malformed' });
  expect(error?.message).toMatch(/^www\.cisa\.gov answered /);
  expect(documents).toEqual([]);
});

test('a state that cannot be read fetches the catalogue', async () => {
  expect((await ask(cisaKevFeed, server, { state: { validators: ['x'] } })).ids).toHaveLength(2);
});
