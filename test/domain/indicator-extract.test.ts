import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extractIndicators } from '../../src/domain/indicator-extract.ts';
import { canonicalIndicator } from '../../src/domain/indicator-value.ts';

const found = (line: string) => extractIndicators(line).map(({ indicator }) => `${indicator.type} ${indicator.value}`);
const sha256 = 'ab12'.repeat(16);

describe('lines of logs', () => {
  test.each([
    [
      'an access log',
      '45.155.205.233 - - [10/Oct/2025:13:55:36 -0700] "GET /backup.zip?v=1.2 HTTP/1.1" 200 23 "http://www.evil-host.xyz/start.html" "Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0.0.0 Safari/537.36"',
      ['ip 45.155.205.233', 'url http://www.evil-host.xyz/start.html'],
    ],
    [
      'an address in a query',
      'GET /go?u=http%3A%2F%2Fevil-host.top%2Fx.sh&y=1 http://a-host.top/?u=hxxp://b-host.top/x',
      ['url http://evil-host.top/x.sh', 'url http://a-host.top/?u=hxxp://b-host.top/x', 'url http://b-host.top/x'],
    ],
    [
      'a DNS log',
      '23-Nov 12:30:45.123 client @0x7f 45.1.2.3#53 (Evil-Host.RU): query: evil-host.ru IN A + (10.0.0.1)',
      ['ip 45.1.2.3', 'domain evil-host.ru', 'domain evil-host.ru'],
    ],
    [
      'a firewall log',
      'src=45.1.2.3/443 dst=45.1.2.0/24 peer=[2a02:6b8::2]:443 via 45.1.2.4:80 at 12:30:45 mac aa:bb:cc:dd:ee:ff',
      ['ip 45.1.2.3', 'ip 45.1.2.0/24', 'ip 2a02:6b8::2', 'ip 45.1.2.4'],
    ],
    [
      'JSON',
      '{"url":"http:\\/\\/evil-host.top\\/a","ip":"45.1.2.3","n":1.5,"to":"bad@evil-host.top\\n"}',
      ['url http://evil-host.top/a', 'ip 45.1.2.3', 'email bad@evil-host.top'],
    ],
    [
      'files and hashes',
      `C:\\x\\report.pdf index.html /srv/app/evil.py ${sha256} sha1:${'c3'.repeat(20)} ${'0a'.repeat(16)}.exe 7c9e6679-7425-40de-944b-e07fc1f90ae7`,
      [`hash ${sha256}`, `hash ${'c3'.repeat(20)}`, `hash ${'0a'.repeat(16)}`],
    ],
    [
      'a login',
      'sshd: root@45.1.2.3 port 22, peer ssh://evil-host.top:2222',
      ['ip 45.1.2.3', 'url ssh://evil-host.top:2222/'],
    ],
  ])('%s', (_, line, expected) => {
    expect(found(line)).toEqual(expected);
  });
});

describe('prose', () => {
  test.each([
    [
      'defanged',
      'Seen: bad.guy+1@evil-host[.]top, hxxps://evil[.]host[.]com/a(1).php, user[at]evil-host(dot)top and 45[.]1[.]2[.]4[:]80.',
      [
        'email bad.guy+1@evil-host.top',
        'url https://evil.host.com/a(1).php',
        'email user@evil-host.top',
        'ip 45.1.2.4',
      ],
    ],
    [
      'with punctuation',
      '(see evil-host.top). "evil-host.ru", <http://evil-host.net/x>; evil-host.cc... http://evil-host.org/a_(b)!',
      [
        'domain evil-host.top',
        'domain evil-host.ru',
        'url http://evil-host.net/x',
        'domain evil-host.cc',
        'url http://evil-host.org/a_(b)',
      ],
    ],
    [
      'lists',
      'http://a-host.top,http://b-host.top/;ftp://c-host.top',
      ['url http://a-host.top/', 'url http://b-host.top/', 'url ftp://c-host.top/'],
    ],
    [
      'with a path and no scheme',
      'evil-host.top/gate.php 45.1.2.3:81/i //evil-host.net/x',
      ['url http://evil-host.top/gate.php', 'url http://45.1.2.3:81/i', 'url http://evil-host.net/x'],
    ],
    [
      'in scripts without blanks',
      '访问evil-host.com下载。bücher-evil.de',
      ['domain evil-host.com', 'domain xn--bcher-evil-9db.de'],
    ],
    ['that holds none', 'Version 2.0 of e.g. std::vector (node v24.1) is out at 10:20, see a.b.c and 1.2.3', []],
    ['addresses that are none', '10.0.0.1 127.0.0.1 google.com 8.8.8.8 example.org 300.1.1.1 1.2.3.4.5', []],
  ])('%s', (_, line, expected) => {
    expect(found(line)).toEqual(expected);
  });

  test('says what stood there, and where', () => {
    const line = 'x hXXp://evil[.]host.com/ y';
    expect(extractIndicators(line)).toEqual([
      { indicator: { type: 'url', value: 'http://evil.host.com/' }, typed: 'hXXp://evil[.]host.com/', start: 2 },
    ]);
  });
});

describe('laws', () => {
  const separators = fc.constantFrom(' ', '\t', '"', ' (', ') ', '" ', ' - ', '|', '<', '> ');
  const value = fc.constantFrom(
    'evil-host.top',
    'evil-host[.]top',
    'http://evil-host.top/a?b=1',
    'hxxp://evil[.]host[.]ru:8080/x',
    '45.1.2.3',
    '45.1.2.3:443',
    '45.1.2.0/24',
    '2a02:6b8::1',
    'bad@evil-host.top',
    sha256,
  );

  test('what stands in any text is found, as its canonical form', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(separators, value), { maxLength: 6 }), separators, (parts, last) => {
        const line = parts.flat().join('') + last;
        const expected = parts.map(([, text]) => canonicalIndicator(text));
        expect(extractIndicators(line).map(({ indicator }) => ({ indicator }))).toMatchObject(
          expected.map((one) => ('indicator' in one ? { indicator: one.indicator } : null)),
        );
      }),
    );
  });

  test('what is found stands where it is said to, and is canonical', () => {
    const pieces = fc.constantFrom(
      'a',
      'evil-host',
      '.',
      'top',
      '[.]',
      '(dot)',
      'http',
      '://',
      '[:]//',
      '%3A%2F%2F',
      '/',
      ':',
      '80',
      '45.1.2.3',
      '@',
      '[at]',
      '2a02::',
      ' ',
      '"',
      '(',
      ')',
      'ü',
      '\\',
      sha256,
      '\ud83d',
      '-',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 12 }).map((all) => all.join('')),
        (line) => {
          for (const { indicator, typed, start } of extractIndicators(line)) {
            expect(line.slice(start, start + typed.length)).toBe(typed);
            expect(canonicalIndicator(indicator.value)).toMatchObject({ indicator });
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('hostile lines of a megabyte are read through', () => {
    const parts = [
      '[.]',
      'http://',
      'http://a',
      'http%3A%2F%2F',
      'a.',
      'a@b.',
      '::',
      '1:',
      '1.1.1.1/',
      'a.com/',
      'https://a.com/?u=',
      '(',
      'é.',
      '/',
    ];
    for (const part of parts) {
      const line = `45.1.2.3 ${part.repeat(Math.floor(1_000_000 / part.length))} 45.1.2.4`;
      const all = found(line);
      expect([all[0], all.at(-1)]).toEqual(['ip 45.1.2.3', 'ip 45.1.2.4']);
    }
  });
});
