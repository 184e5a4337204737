import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { withoutSecrets } from '../../src/log.ts';

describe('a log line', () => {
  test.each([
    ['GET /x?api_key=abc&page=2', 'GET /x?api_key=…&page=2'],
    ['the key ot_AbCdEfGh1234 is revoked', 'the key ot_… is revoked'],
    ['postgresql://me:pass@db:5432/x is gone', 'postgresql://me:…@db:5432/x is gone'],
    ['redis://:pass@cache:6379', 'redis://:…@cache:6379'],
    ['https://host:8080/a@b and mail@example.org', 'https://host:8080/a@b and mail@example.org'],
    ['token of CVE-2024-0001', 'token of CVE-2024-0001'],
  ])('that says "%s" shows "%s"', (line, shown) => {
    expect(withoutSecrets(line)).toBe(shown);
  });

  test('stays JSON when something is taken out of it, and says what is beside it', () => {
    const line = JSON.stringify({ url: '/x?token="abc"', why: 'postgresql://me:p@ss@h/d', msg: 'the rest' });
    expect(JSON.parse(withoutSecrets(line))).toMatchObject({ msg: 'the rest' });
  });
});

test('every secret setting is known to the log, and the passwords in addresses as they are written and as they are meant', () => {
  const config = loadConfig({
    DATABASE_URL: 'postgresql://me:p%40ssw0rd@db.example.org/threats',
    REDIS_URL: 'redis://:another-one@cache:6379',
    HTTPS_PROXY: 'http://me:of-the-proxy@proxy:3128',
    NVD_API_KEY: 'key-of-nvd',
    ABUSE_CH_AUTH_KEY: 'key-of-abuse',
  });
  const secrets = config.secrets.map((secret) => secret.reveal());
  expect(secrets.toSorted()).toEqual(
    ['p%40ssw0rd', 'p@ssw0rd', 'another-one', 'of-the-proxy', 'key-of-nvd', 'key-of-abuse'].toSorted(),
  );
  const line = withoutSecrets('{"msg":"p@ssw0rd and key-of-nvd"}', secrets);
  expect(line).toBe('{"msg":"… and …"}');
});
