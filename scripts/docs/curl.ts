import type { Block } from './blocks.ts';

/** A request as `curl` would send it. */
export interface CurlRequest {
  readonly line: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `@name`: a file. */
  readonly body: string | null;
}

/** The requests of a block of shell. @throws for options of curl that are not known here */
export function curlRequests(block: Block): CurlRequest[] {
  return block.text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.startsWith('curl '))
    .map(requestOf);
}

const flags = new Set(['-s', '--compressed', '-N', '-i']);

function requestOf(line: string): CurlRequest {
  const words = wordsOf(line).slice(1);
  const headers: Record<string, string> = {};
  const data: string[] = [];
  const asked: string[] = [];
  let method: string | null = null;
  let inAddress = false;
  let url = '';
  while (words.length > 0) {
    const word = words.shift() ?? '';
    const value = () => words.shift() ?? '';
    if (word === '-G') inAddress = true;
    else if (word === '-X') method = value();
    else if (word === '-o') value();
    else if (word === '-d' || word === '--data-binary') data.push(value());
    else if (word === '--data-urlencode') asked.push(urlencoded(value()));
    else if (word === '-H') {
      const [name = '', ...rest] = value().split(':');
      headers[name.toLowerCase()] = rest.join(':').trim();
    } else if (/^https?:/.test(word)) url = word;
    else if (!flags.has(word)) throw new Error(`what is ${word} in: ${line}`);
  }
  if (asked.length > 0 && inAddress) url += `?${asked.join('&')}`;
  const body = data.length > 0 ? data.join('&') : null;
  return { line, method: method ?? (body === null ? 'GET' : 'POST'), url, headers, body };
}

function urlencoded(text: string): string {
  const [name = '', ...value] = text.split('=');
  return `${name}=${encodeURIComponent(value.join('='))}`;
}

/** The words of a line as a shell has them, without putting in variables. */
function wordsOf(line: string): string[] {
  const words = line.matchAll(/(?:'([^']*)'|"([^"]*)"|([^\s'"]+))/g);
  return Array.from(words, ([, single, double, bare]) => single ?? double ?? bare ?? '');
}
