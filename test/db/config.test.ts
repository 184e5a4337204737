import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { describeDatabase, loadConfig, settings } from '../../src/config.ts';
import { tlsOptions } from '../../src/db/tls.ts';
import { certificateFile, certificateText } from '../support/certificates.ts';

const load = (url: string) => loadConfig({ DATABASE_URL: url, OPENTHREAT_DATA_DIR: '/data' });
const address = (url: string) => load(url).postgres ?? expect.fail('no address');

test('without DATABASE_URL it is the embedded database in the data folder', () => {
  const config = loadConfig({ OPENTHREAT_DATA_DIR: '/data' });
  expect(config.postgres).toBeNull();
  expect(describeDatabase(config)).toBe('the embedded database in /data');
});

describe('a database URL', () => {
  test.each([
    ['postgresql://ot:pw@db.example:5433/threats', 'postgresql://ot@db.example:5433/threats'],
    ['postgres://ot@db.example', 'postgresql://ot@db.example:5432/ot'],
    ['postgresql://ot@[::1]:5432/x', 'postgresql://ot@[::1]:5432/x'],
    ['postgresql://ot@/threats?host=/run/postgresql', 'postgresql://ot@/threats?host=/run/postgresql'],
    ['postgresql:///threats?user=ot&password=pw&host=h&port=6000', 'postgresql://ot@h:6000/threats'],
  ])('%s means %s', (url, shown) => expect(describeDatabase(load(url))).toBe(shown));

  test('keeps a password with special characters, and never shows it', () => {
    const config = load('postgresql://ot:p%40ss%3Aw%2Fd@db.example/threats');
    expect(config.postgres?.password?.reveal()).toBe('p@ss:w/d');
    for (const shown of [
      inspect(config, { depth: 9 }),
      JSON.stringify(config),
      `${config.postgres?.password}`,
      describeDatabase(config),
    ]) {
      expect(shown).not.toContain('p@ss');
    }
  });

  test.each([
    'mysql://ot:hunter2@db.example/threats',
    'ot:hunter2@db.example',
    'postgresql://ot:hunter2@db.example:99999/threats',
    'postgresql://ot:hunter2@db.example/threats?sslmode=maybe',
    'postgresql://ot:hunter2@db.example/threats?sslmod=require',
    'postgresql://ot:hunter2%@db.example/threats',
  ])('that is wrong is refused by name and not repeated: %s', (url) => {
    expect(() => load(url)).toThrow(
      expect.objectContaining({ code: 'invalid_setting', message: expect.stringContaining('DATABASE_URL') }),
    );
    expect(() => load(url)).not.toThrow(expect.objectContaining({ message: expect.stringContaining('hunter2') }));
  });
});

describe('sslmode', () => {
  const ca = certificateFile('authority.crt');
  const withMode = (parameters: string) => tlsOptions(address(`postgresql://ot@db.example/x${parameters}`));

  test('disable: no TLS', () => expect(withMode('?sslmode=disable')).toBe(false));
  test('require: encrypted, anybody is trusted', () =>
    expect(withMode('?sslmode=require')).toEqual({ rejectUnauthorized: false }));
  test('nothing said of another machine: as prefer', () => expect(withMode('')).toEqual({ rejectUnauthorized: false }));
  test('nothing said of this machine: no TLS', () =>
    expect(tlsOptions(address('postgresql://ot@localhost/x'))).toBe(false));
  test('require with a root certificate verifies the chain', () => {
    expect(withMode(`?sslmode=require&sslrootcert=${ca}`)).toMatchObject({
      rejectUnauthorized: true,
      ca: certificateText('authority.crt'),
    });
  });
  test('verify-ca: the chain and not the name', () => {
    const tls = withMode(`?sslmode=verify-ca&sslrootcert=${ca}`);
    expect(tls).toMatchObject({ rejectUnauthorized: true });
    expect(tls).toHaveProperty('checkServerIdentity', expect.any(Function));
  });
  test('verify-full: the chain and the name', () => {
    const tls = withMode('?sslmode=verify-full');
    expect(tls).toEqual({ rejectUnauthorized: true });
  });
  test.each([
    ['sslmode=verify-ca', 'sslrootcert, the file of the authority'],
    ['sslmode=require&sslrootcert=system', 'needs sslmode=verify-full'],
    ['sslmode=verify-full&sslrootcert=system&sslcert=client.crt', 'give both, or none'],
    [`sslmode=verify-full&sslrootcert=${import.meta.filename}`, 'the file of sslrootcert cannot be used'],
    [
      `sslmode=require&sslcert=${certificateFile('client.crt')}&sslkey=${certificateFile('here.key')}`,
      'is not that of',
    ],
    [`sslmode=require&sslcert=${certificateFile('client.crt')}&sslkey=${ca}`, 'the file of sslkey cannot be used'],
  ])('%s is refused, because it proves nothing or cannot work', (parameters, why) => {
    expect(() => withMode(`?${parameters}`)).toThrow(
      expect.objectContaining({ code: 'invalid_setting', message: expect.stringContaining(why) }),
    );
  });
  test('a root certificate that cannot be read is a clear error', () => {
    expect(() => withMode('?sslmode=verify-full&sslrootcert=/no/such/file')).toThrow(
      expect.objectContaining({ code: 'invalid_setting' }),
    );
  });
});

describe('other settings', () => {
  test.each([
    ['OPENTHREAT_DATABASE_POOL_SIZE', '0'],
    ['OPENTHREAT_DATABASE_POOL_SIZE', 'many'],
    ['OPENTHREAT_STATEMENT_TIMEOUT', '30'],
    ['OPENTHREAT_STATEMENT_TIMEOUT', '30 days'],
    ['OPENTHREAT_CONNECT_TIMEOUT', '0'],
    ['OPENTHREAT_LOG_LEVEL', 'loud'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(() => loadConfig({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'invalid_setting', message: expect.stringContaining(name) }),
    );
  });

  test('times have units', () => {
    expect(loadConfig({ OPENTHREAT_STATEMENT_TIMEOUT: '2min' }).statementTimeoutMs).toBe(120_000);
    expect(loadConfig({ OPENTHREAT_STATEMENT_TIMEOUT: '0' }).statementTimeoutMs).toBe(0);
  });

  test('every setting is described', () => {
    for (const setting of Object.values(settings)) expect(setting.description).toMatch(/\.$/);
  });
});
