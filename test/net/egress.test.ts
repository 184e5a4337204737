import { afterAll, expect, test } from 'vitest';
import { privateKind } from '../../src/net/private.ts';
import { connectors } from '../../src/sources/registry.ts';
import { ask } from '../support/asking.ts';
import { removeDownloads } from '../support/fetching.ts';
import { startHttpServer } from '../support/http-server.ts';
import { days, upstreams } from '../support/upstreams.ts';

afterAll(removeDownloads);

// docs/SECURITY.md lists these hosts for firewalls.
test.each(connectors)('$id connects only to the hosts that it names', async (connector) => {
  await using server = await startHttpServer();
  upstreams.find((upstream) => upstream.connector === connector)?.serve(server, 1);
  await ask(connector, server, { now: days[1], settings: { abuseChAuthKey: 'a-key' } });
  const hosts = new Set(server.requests.map(({ path }) => path.split('/')[1]));
  expect(hosts.size).toBeGreaterThan(0);
  for (const host of hosts) expect(connector.hosts).toContain(host);
  for (const host of connector.hosts) expect(privateKind(host), host).toBe('unreadable'); // a name
});
