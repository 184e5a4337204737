import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalIndicator } from '../../src/domain/indicator-value.ts';

const value = (text: string) => {
  const found = canonicalIndicator(text);
  return 'rejected' in found ? found.rejected : `${found.indicator.type} ${found.indicator.value}`;
};
const contextOf = (text: string) => {
  const found = canonicalIndicator(text);
  return 'rejected' in found ? null : found.context;
};

const md5 = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';

describe('canonical forms', () => {
  test.each([
    // domains
    ['evil-host.top', 'domain evil-host.top'],
    ['EVIL-Host.Top.', 'domain evil-host.top'],
    ['evil[.]host(.)co{.}uk', 'domain evil.host.co.uk'],
    ['evil[dot]host (dot) xyz', 'domain evil.host.xyz'],
    ['evil\\.host\\.xyz', 'domain evil.host.xyz'],
    ['evil[.host.]xyz', 'domain evil.host.xyz'],
    ['"evil-host.top",', 'domain evil-host.top'],
    ['*.evil-host.top', 'domain evil-host.top'],
    ['_dmarc.evil-host.top', 'domain _dmarc.evil-host.top'],
    ['bücher-evil.de', 'domain xn--bcher-evil-9db.de'],
    ['XN--BCHER-EVIL-9DB.de', 'domain xn--bcher-evil-9db.de'],
    ['evil-host.рф', 'domain evil-host.xn--p1ai'],
    ['foo.github.io', 'domain foo.github.io'],
    ['evil.co.za', 'domain evil.co.za'],
    ['evil.bazar', 'domain evil.bazar'],
    [
      'p53lf57qovyuvwsc6xnrppyply3vtqm7l6pcobkmyqsiofyeznfu5uqd.onion',
      'domain p53lf57qovyuvwsc6xnrppyply3vtqm7l6pcobkmyqsiofyeznfu5uqd.onion',
    ],
    // addresses
    ['45.155.205.233', 'ip 45.155.205.233'],
    ['45[.]155.205[.]233', 'ip 45.155.205.233'],
    ['45.155.205.233/24', 'ip 45.155.205.0/24'],
    ['45.155.205.233/32', 'ip 45.155.205.233'],
    ['2A02:0:0:0:0:0:0:00FF', 'ip 2a02::ff'],
    ['[2a02::ff]', 'ip 2a02::ff'],
    ['2a02:1:2:3::ff/48', 'ip 2a02:1:2::/48'],
    ['2a02::ff/128', 'ip 2a02::ff'],
    ['::ffff:45.155.205.233', 'ip 45.155.205.233'],
    ['::ffff:45.155.205.233/120', 'ip 45.155.205.0/24'],
    // URLs
    ['http://Evil-Host.top', 'url http://evil-host.top/'],
    ['HXXP://evil-host[.]top:80/A/../b%2F?Q=1#frag', 'url http://evil-host.top/A/../b%2F?Q=1'],
    ['hxxps[://]evil-host[.]top:443', 'url https://evil-host.top/'],
    ['h**p://evil-host.top?x', 'url http://evil-host.top/?x'],
    ['fxp://user:Pass@evil-host.top:2121/x', 'url ftp://user:Pass@evil-host.top:2121/x'],
    ['http[:]//evil-host.top./x', 'url http://evil-host.top/x'],
    ['https://bücher-evil.de/ü x', 'url https://xn--bcher-evil-9db.de/%C3%BC%20x'],
    ['http://[2A02::FF]:8080/x', 'url http://[2a02::ff]:8080/x'],
    ['http://45.155.205.233:08080/i', 'url http://45.155.205.233:8080/i'],
    ['https://raw.githubusercontent.com/x/y', 'url https://raw.githubusercontent.com/x/y'],
    ['https://s3.amazonaws.com/bucket/x.exe', 'url https://s3.amazonaws.com/bucket/x.exe'],
    ['https://1.1.1.1/dns-query', 'url https://1.1.1.1/dns-query'],
    // e-mail addresses and hashes
    ['Bad.Guy+x@Evil-Host[.]top', 'email bad.guy+x@evil-host.top'],
    ['mailto:bad[at]evil-host.top', 'email bad@evil-host.top'],
    ['someone@gmail.com', 'email someone@gmail.com'],
    [md5.toUpperCase(), `hash ${md5}`],
    [`SHA256:${md5}${md5}`, `hash ${md5}${md5}`],
  ])('%s', (text, canonical) => {
    expect(value(text)).toBe(canonical);
  });

  test.each([
    ['45.155.205.233:443', 'ip 45.155.205.233', { port: 443 }],
    ['[2a02::ff]:8080', 'ip 2a02::ff', { port: 8080 }],
    ['Evil-Host[.]top[:]8443', 'domain evil-host.top', { port: 8443 }],
    ['evil-host.top/gate.php', 'url http://evil-host.top/gate.php', { scheme: 'assumed' }],
    ['45.155.205.233:81/i', 'url http://45.155.205.233:81/i', { scheme: 'assumed' }],
    [md5, `hash ${md5}`, { algorithm: 'md5' }],
    [`${md5}${md5}`, `hash ${md5}${md5}`, { algorithm: 'sha256' }],
    ['evil-host.top', 'domain evil-host.top', {}],
  ])('%s has a context', (text, canonical, context) => {
    expect(value(text)).toBe(canonical);
    expect(contextOf(text)).toEqual(context);
  });
});

describe('what is no indicator', () => {
  test.each([
    ['10.1.2.3', 'is a private address'],
    ['172.31.0.1:80', 'is a private address'],
    ['192.168.0.0/16', 'is a private address'],
    ['127.0.0.1', 'is a loopback address'],
    ['169.254.1.1', 'is a link-local address'],
    ['0.0.0.0', 'is no address of the internet'],
    ['100.64.0.1', "is an address inside a provider's network"],
    ['203.0.113.9', 'is an address for documentation'],
    ['239.255.255.250', 'is a multicast address'],
    ['255.255.255.255', 'is a reserved address'],
    ['::1', 'is a loopback address'],
    ['fe80::1', 'is a link-local address'],
    ['fd00::1', 'is a private address'],
    ['2001:db8::1', 'is an address for documentation'],
    ['ff02::1', 'is a multicast address'],
    ['::ffff:192.168.1.1', 'is a private address'],
    ['45.0.0.0/7', 'is too large a network'],
    ['45.1.1.1/33', 'has a network length that cannot be'],
    ['45.1.1.1:70000', 'has a port that cannot be'],
    ['8.8.8.8', 'is a public resolver'],
    ['57.5034.214.1', 'is no IPv4 address'],
    ['C91.196.152.28', 'is no IPv4 address'],
    ['045.1.1.1', 'is no IPv4 address'],
    ['1.2.3', 'is no IPv4 address'],
    ['co.uk', 'is a public suffix: only names below it are of somebody'],
    ['github.io', 'is a public suffix: only names below it are of somebody'],
    ['google.com', 'is a well-known benign domain'],
    ['WWW.Microsoft.com', 'is a well-known benign domain'],
    ['https://www.google.com/', 'is a well-known benign site'],
    ['evil.nosuchtld', 'ends in no known top-level domain'],
    ['printer.local', 'is a reserved name'],
    ['www.example.com', 'is a reserved name'],
    ['a..top', 'has a label that no domain can have'],
    ['-a.top', 'has a label that no domain can have'],
    ['xn--zzzzzz99999.top', 'has a label that no domain can have'],
    [`${'a'.repeat(64)}.top`, 'has a label that no domain can have'],
    ['d41d8cd98f00b204e9800998ecf8427e', 'is the hash of nothing'],
    ['0'.repeat(64), 'is the hash of nothing'],
    ['http://10.0.0.1/x', 'is a URL whose host is a private address'],
    ['http://localhost/x', 'is a URL whose host is no address, domain, URL, e-mail address or hash'],
    ['http://evil.nosuchtld/', 'is a URL whose host ends in no known top-level domain'],
    ['http://[::1]/', 'is a URL whose host is a loopback address'],
    ['javascript://x.com/', 'is a URL of an unknown kind'],
    ['http:///x', 'has no host'],
    ['a@localhost', 'is an e-mail address whose host is no address, domain, URL, e-mail address or hash'],
    ['/gate.php', 'is a path without a host'],
    ['host=>7119', 'is no address, domain, URL, e-mail address or hash'],
    ['^evil[0-9]+\\.top$', 'is no address, domain, URL, e-mail address or hash'],
    ['(a|b)\\.top', 'is no address, domain, URL, e-mail address or hash'],
    ['evil', 'is no address, domain, URL, e-mail address or hash'],
    ['', 'is no address, domain, URL, e-mail address or hash'],
    ['two words.top', 'is no address, domain, URL, e-mail address or hash'],
    ['abcdef', 'is no address, domain, URL, e-mail address or hash'],
    [`http://evil-host.top/${'x'.repeat(5000)}`, 'is longer than 4096 characters'],
    ['evil\u0000.top', 'has control characters in it'],
  ])('%s', (text, reason) => {
    expect(value(text)).toBe(reason);
  });
});

describe('laws', () => {
  const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,10}[a-z0-9])?$/);
  const domain = fc
    .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.constantFrom('com', 'top', 'co.uk', 'ru', 'onion'))
    .map(([labels, end]) => [...labels, end].join('.'));
  const ip = fc.oneof(fc.ipV4(), fc.ipV6());
  const url = fc
    .tuple(
      fc.constantFrom('http', 'https', 'ftp'),
      fc.oneof(
        domain,
        fc.ipV4(),
        fc.ipV6().map((v6) => `[${v6}]`),
      ),
      fc.option(fc.integer({ min: 1, max: 65_535 })),
      fc.webPath(),
      fc.option(fc.webQueryParameters()),
    )
    .map(
      ([scheme, host, port, path, query]) =>
        `${scheme}://${host}${port === null ? '' : `:${port}`}${path}${query === null ? '' : `?${query}`}`,
    );
  const hash = fc
    .constantFrom(32, 40, 64, 128)
    .chain((length) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)));
  const email = fc.tuple(label, domain).map(([user, host]) => `${user}@${host}`);
  const network = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([address, bits]) => `${address}/${bits}`);
  const indicator = fc.oneof(
    domain,
    ip,
    url,
    hash,
    email,
    network,
    fc.tuple(fc.ipV4(), fc.nat(70_000)).map((p) => p.join(':')),
  );
  const anything = fc.oneof(
    indicator,
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(
        'a',
        '1',
        '.',
        ':',
        '/',
        '[',
        ']',
        '(',
        ')',
        '@',
        '\\',
        ' ',
        'h',
        'x',
        'p',
        '-',
        '%',
        '?',
        '#',
        'ü',
        '"',
        'com',
      ),
      maxLength: 30,
    }),
    fc
      .tuple(indicator, fc.string({ unit: fc.constantFrom('[', '.', ']', ':', '/', ' ', '(', ')', '#'), maxLength: 6 }))
      .map(([a, b]) => a + b),
  );

  test('the canonical form of a canonical form is itself; nothing throws', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const found = canonicalIndicator(text);
        if ('rejected' in found) expect(found.rejected).toMatch(/^(?:is|has|ends) /);
        else expect(canonicalIndicator(found.indicator.value)).toMatchObject({ indicator: found.indicator });
      }),
      { numRuns: 5000 },
    );
  });

  test('defanged and refanged are one', () => {
    const ways = fc.constantFrom<(text: string) => string>(
      (text) => text.replaceAll('.', '[.]'),
      (text) => text.replaceAll('.', '(.)'),
      (text) => text.replaceAll('.', '[dot]'),
      (text) => text.replace('.', '\\.'),
      (text) => text.replace('http', 'hxxp'),
      (text) => text.replace('http', 'hXXp').replace('://', '[://]').replaceAll('.', '{.}'),
      (text) => text.replace('://', '[:]//'),
      (text) => text.replace('@', '[at]').replaceAll('.', '[.]'),
      (text) => `  ${text} `,
      (text) => `"${text}"`,
      (text) => `<${text}>`,
    );
    // Brackets around an IPv6 address are no defanging, and a part of such signs in a path could be taken for some.
    const whole = fc.oneof(
      domain,
      fc.ipV4(),
      hash,
      email,
      network,
      url.filter((one) => !/[[({\\]/.test(one)),
    );
    fc.assert(
      fc.property(whole, ways, (text, way) => {
        expect(canonicalIndicator(way(text))).toEqual(canonicalIndicator(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('neither case nor a dot at the end matters', () => {
    fc.assert(
      fc.property(fc.oneof(domain, ip, hash, email), fc.boolean(), (text, dot) => {
        const other = text.toUpperCase() + (dot && /^[^:/]*[a-z]$/.test(text) && text.includes('.') ? '.' : '');
        expect(canonicalIndicator(other)).toEqual(canonicalIndicator(text));
      }),
    );
  });

  test('all addresses of a network have its canonical form', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 8, max: 31 }), (a, b, bits) => {
        const number = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
        const same = Math.floor(number(a) / 2 ** (32 - bits)) === Math.floor(number(b) / 2 ** (32 - bits));
        const [one, two] = [value(`${a}/${bits}`), value(`${b}/${bits}`)];
        if (same) expect(one).toBe(two);
        else if (one.startsWith('ip')) expect(one).not.toBe(two);
      }),
    );
  });

  test('hostile texts are answered at once', () => {
    for (const part of ['[.', '.]', '[.]', '(dot)', 'h*', '[:]', '\\.', '%', 'a.', '::', '[', '@', ' (', 'xn--']) {
      expect(value(part.repeat(Math.floor(4000 / part.length)))).toMatch(/^(?:is|has|ends|url) /);
    }
  });
});
