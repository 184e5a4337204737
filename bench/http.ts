import { spawn } from 'node:child_process';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { markdown, print } from './figures.ts';
import { queries } from './queries.ts';

const program = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts');
const warmUpSeconds = 2;
const usual = 50; // clients at a time

interface Load {
  readonly name: string;
  readonly clients: number;
  /** An address to ask for; `n` counts the requests. */
  readonly path: (n: number) => string;
}

const all = Object.values(queries).flat();

/** Prime to the numbers of queries, pages and sizes, so that they are gone through in ever other pairs. */
const stride = 7919;

/** Ids that there are, from the newest on. */
async function knownIds(url: string): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 1; number <= 50; number++) {
    const answer = await fetch(`${url}/api/v1/vulnerabilities?page_size=100&sort_by=published_at&page=${number}`);
    ids.push(...((await answer.json()) as { items: { cve_id: string }[] }).items.map((item) => item.cve_id));
  }
  return ids;
}

/** A page of a search; of `variants` ways to cut it into pages. */
function page(n: number, variants: number): string {
  const { text, sort } = all[n % all.length] ?? { text: '' };
  const cut = Math.floor((n * stride) / all.length) % variants;
  const query = new URLSearchParams({
    q: text,
    page: String(1 + (cut % 20)),
    page_size: String(10 + Math.floor(cut / 20)),
  });
  if (sort) query.set('sort_by', sort);
  return `/api/v1/vulnerabilities?${query}`;
}

function loadsOf(ids: readonly string[]): Load[] {
  const oneCve = (n: number) => `/api/v1/vulnerabilities/${ids[(n * stride) % ids.length]}`;
  return [
    { name: 'one CVE, another each time', clients: usual, path: oneCve },
    { name: 'the same CVE', clients: usual, path: () => oneCve(0) },
    { name: 'a page of search results, another each time', clients: usual, path: (n) => page(n, 1800) },
    { name: 'the same pages again', clients: usual, path: (n) => page(n, 1) },
    { name: 'both, from 1,000 clients', clients: 1000, path: (n) => (n % 4 === 0 ? page(n, 1800) : oneCve(n)) },
  ];
}

/** Serves the database that `env` names and asks it for `seconds` with each load. */
export async function measureHttp(env: NodeJS.ProcessEnv, seconds: number): Promise<void> {
  const server = await serve(env);
  const rows: string[][] = [];
  try {
    for (const load of loadsOf(await knownIds(server.url))) {
      await run(server.url, load, warmUpSeconds);
      const before = await megabytes(server.url);
      const result = await run(server.url, load, seconds);
      rows.push([load.name, ...figures(result), before, await megabytes(server.url)]);
    }
  } finally {
    await server.stop();
  }
  print(
    `\n${markdown(['asked over HTTP', 'clients', 'requests/s', 'p50 ms', 'p99 ms', 'answers', 'RSS MB before', 'after'], rows)}`,
  );
}

async function run(url: string, { clients, path }: Load, duration: number): Promise<autocannon.Result> {
  let n = 0;
  const setupRequest = (request: autocannon.Request) => {
    request.path = path(n++);
    return request;
  };
  return autocannon({ url, connections: clients, duration, timeout: 30, requests: [{ setupRequest }] });
}

function figures({
  connections,
  requests,
  latency,
  statusCodeStats = {},
  errors,
  timeouts,
}: autocannon.Result): string[] {
  const answers = Object.entries(statusCodeStats).map(([status, { count }]) => `${count} × ${status}`);
  if (errors > 0) answers.push(`${errors} errors (${timeouts} too late)`);
  const { average } = requests;
  return [
    String(connections),
    Math.round(average).toString(),
    latency.p50.toString(),
    latency.p99.toString(),
    answers.join(', '),
  ];
}

/** Memory of the server as it says itself. */
async function megabytes(url: string): Promise<string> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const bytes = Number(/^process_resident_memory_bytes (\d+)/m.exec(metrics)?.[1]);
  return Math.round(bytes / 2 ** 20).toString();
}

/** Serves the database that `env` names, in a process of its own. */
export async function serve(env: NodeJS.ProcessEnv): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, 'serve', '--port', '0'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /answers at (http:\/\/[^;\s]+);/.exec(said)?.[1];
      if (found) resolve(found);
    });
    child.once('close', () => reject(new Error('openthreat serve ended: try it by hand')));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { url: await url, stop };
}
