import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Indicator } from '../src/domain/indicator.ts';

/** Numbers that look random and are the same each time. @see https://en.wikipedia.org/wiki/Xorshift */
function* numbers(): Generator<number, never> {
  for (let x = 2_463_534_242; ; ) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    yield x >>> 0;
  }
}

const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'curl/8.14.1',
];

const clients = 200_000;
const pages = 20_000;

/**
 * Writes an access log of a busy site: of its clients, and of the pages that refer to it, one in a hundred is a known indicator.
 */
export async function writeAccessLog(path: string, lines: number, known: readonly Indicator[]): Promise<void> {
  const random = numbers();
  const below = (n: number) => random.next().value % n;
  const hosts = known.filter((i) => i.type === 'domain').map((i) => i.value);
  const addresses = known.filter((i) => i.type === 'ip' && /^[\d.]+$/.test(i.value)).map((i) => i.value);
  const oneOf = (list: readonly string[], other: () => string) =>
    list.length > 0 && below(100) === 0 ? (list[below(list.length)] ?? '') : other();
  const client = () => {
    const n = (below(clients) * 2_654_435_761) >>> 0;
    return `${(n % 200) + 11}.${(n >>> 8) % 256}.${(n >>> 16) % 256}.${(n >>> 24) % 256}`;
  };
  const file = createWriteStream(path);
  let text = '';
  for (let line = 0; line < lines; line++) {
    const page = below(pages);
    const from = below(3) > 0 ? '-' : `https://${oneOf(hosts, () => `www.site${page % 3000}.com`)}/page/${page}`;
    text += `${oneOf(addresses, client)} - - [23/Nov/2026:10:17:${String(line % 60).padStart(2, '0')} +0000] "GET /assets/app.${page % 100}.js?v=${page} HTTP/1.1" 200 ${below(90_000)} "${from}" "${agents[line % agents.length]}"\n`;
    if (text.length < 1_000_000) continue;
    if (!file.write(text)) await new Promise<void>((resolve) => file.once('drain', () => resolve()));
    text = '';
  }
  file.end(text);
  await finished(file);
}
