import { describe, expect, test } from 'vitest';
import { describeDatabase, loadConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db/open.ts';
import { isWanted } from '../../src/db/session.ts';

const load = (url: string, more: Record<string, string> = {}) =>
  loadConfig({ DATABASE_URL: url, OPENTHREAT_DATA_DIR: '/data', ...more });

describe('a URL with several hosts', () => {
  test.each([
    ['postgresql://ot:pw@a:5433,b/x', ['a:5433', 'b:5432'], 'postgresql://ot@a:5433,b:5432/x'],
    ['postgresql://ot@[::1]:1,[fe80::2]:2/x', ['::1:1', 'fe80::2:2'], 'postgresql://ot@[::1]:1,[fe80::2]:2/x'],
    ['postgresql:///x?user=ot&host=a,b&port=6000', ['a:6000', 'b:6000'], 'postgresql://ot@a:6000,b:6000/x'],
    ['postgresql:///x?user=ot&host=/run,/tmp', ['/run:5432', '/tmp:5432'], 'postgresql://ot@/x?host=/run,/tmp'],
  ])('%s', (url, hosts, shown) => {
    const config = load(url);
    expect(config.postgres?.hosts.map(({ host, port }) => `${host}:${port}`)).toEqual(hosts);
    expect(describeDatabase(config)).toBe(shown);
  });

  test('says what kind of server is wanted, any where nothing is said', () => {
    expect(load('postgresql://a,b/x').postgres?.target).toBe('any');
    expect(load('postgresql://a,b/x?target_session_attrs=read-write').postgres?.target).toBe('read-write');
  });

  test('is encrypted if it can be, unless all hosts are this machine', () => {
    expect(load('postgresql://localhost,127.0.0.1/x').postgres?.sslMode).toBe('disable');
    expect(load('postgresql://localhost,db.example/x').postgres?.sslMode).toBe('prefer');
  });

  test.each([
    'postgresql://a,b/x?target_session_attrs=best',
    'postgresql:///x?host=a,b,c&port=1,2',
    'postgresql://a:1,b:99999/x',
  ])('that is wrong is refused: %s', (url) => {
    expect(() => load(url)).toThrow(expect.objectContaining({ code: 'invalid_setting' }));
  });
});

describe('standbys', () => {
  test('are named in a list, without their passwords in any message', () => {
    const replicas = 'postgresql://ot:geheim@b/x, postgresql://ot:geheim@c:5433/x';
    const config = load('postgresql://a/x', { DATABASE_REPLICA_URLS: replicas });
    expect(config.replicas.map(({ host, port }) => `${host}:${port}`)).toEqual(['b:5432', 'c:5433']);
    const wrong = () => load('postgresql://a/x', { DATABASE_REPLICA_URLS: 'postgres//ot:geheim@b' });
    expect(wrong).toThrow(expect.objectContaining({ message: expect.stringContaining('DATABASE_REPLICA_URLS') }));
    expect(wrong).not.toThrow(expect.objectContaining({ message: expect.stringContaining('geheim') }));
  });

  test('of nothing are refused', () => {
    const alone = () => loadConfig({ DATABASE_REPLICA_URLS: 'postgresql://b/x' });
    expect(alone).toThrow(expect.objectContaining({ code: 'invalid_setting' }));
  });
});

test.each([
  ['any', [true, true, true]],
  ['read-write', [true, false, false]],
  ['read-only', [false, true, true]],
  ['primary', [true, true, false]],
  ['standby', [false, false, true]],
] as const)('%s takes, of a primary, a read-only primary and a standby: %j', (target, taken) => {
  const servers = [
    { standby: false, readOnly: false },
    { standby: false, readOnly: true },
    { standby: true, readOnly: true },
  ];
  expect(servers.map((server) => isWanted(target, server))).toEqual(taken);
});

test('servers that are all away are told at once, each with what is wrong', async () => {
  const config = load('postgresql://ot@127.0.0.1:9,127.0.0.1:10/x?target_session_attrs=read-write');
  await expect(openDatabase(config)).rejects.toMatchObject({
    code: 'database_unreachable',
    message: expect.stringMatching(/127\.0\.0\.1:9: .*127\.0\.0\.1:10: /),
  });
});
