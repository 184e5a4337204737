import { type Browser, chromium, type Page } from 'playwright-core';
import { findChromium } from '../test/support/chromium.ts';
import { markdown, median, print } from './figures.ts';
import { serve } from './http.ts';

const views = { overview: '/', search: '/search', 'a vulnerability': '/cve/CVE-2021-44228', 'ATT&CK': '/attack' };

/** Runs in the page before anything else; it is text, because the types of browsers are not those of Node.js. */
const watching = `
  window.seen = { largest: 0, shift: 0, slowest: 0 };
  const observe = (type, note, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...more });
  observe('largest-contentful-paint', (entry) => { seen.largest = entry.startTime; });
  observe('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.shift += entry.value; });
  observe('event', (entry) => { seen.slowest = Math.max(seen.slowest, entry.duration); }, { durationThreshold: 16 });
`;

/** From the click on a facet to the frame in which the new rows are painted, in milliseconds. */
const filtering = `(async () => {
  const isBusy = () => document.querySelector('section[aria-label="Results"]')?.ariaBusy === 'true';
  const turns = async (state) => { while (isBusy() !== state) await new Promise(requestAnimationFrame); };
  const start = performance.now();
  document.querySelectorAll('aside input[type=checkbox]')[FACET].click();
  await turns(true);
  await turns(false);
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
})()`;

interface Seen {
  readonly largest: number; // ms from the navigation to the largest paint
  readonly shift: number;
  readonly slowest: number; // ms from the slowest interaction to the next paint
}

interface Came {
  readonly script: number; // KB until the largest paint, packed, as all of these
  readonly style: number;
  readonly data: number;
  readonly all: number; // KB in the end, with the views that are fetched when nothing else is going on
}

/** What came over the wire, as the browser counts it. */
const coming = `(() => {
  const came = performance.getEntriesByType('resource');
  const kilobytes = (entries) => entries.reduce((sum, entry) => sum + entry.transferSize, 0) / 1024;
  const early = (pattern) => kilobytes(came.filter((entry) => entry.responseEnd <= seen.largest && pattern.test(entry.name)));
  return { script: early(/[.]js$/), style: early(/[.]css$/), data: early(/[/]api[/]/), all: kilobytes(came) };
})()`;

/** Opens the views of the database that `env` names in a browser, and uses them, `runs` times. */
export async function measureWeb(env: NodeJS.ProcessEnv, runs: number): Promise<void> {
  const found = await findChromium();
  if (typeof found === 'string') throw new Error(`No web app was measured: ${found}`);
  const server = await serve(env);
  const browser = await chromium.launch({
    executablePath: found.path,
    env: { ...process.env, ...found.env },
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-gpu', '--disable-background-networking'],
  });
  try {
    const rows: string[][] = [];
    for (const [name, path] of Object.entries(views))
      rows.push([name, ...(await firstView(browser, server.url + path, runs))]);
    print(
      `\n${markdown(['first view', 'largest paint ms', 'layout shift', 'KB script until then', 'KB style', 'KB data', 'KB in the end'], rows)}`,
    );
    print(
      `\n${markdown(['use of the search', 'median ms', 'slowest ms'], await searching(browser, server.url, runs))}`,
    );
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** A view that this browser never saw: medians of when it is painted, and what came over the wire until then and after. */
async function firstView(browser: Browser, url: string, runs: number): Promise<string[]> {
  const all: (Seen & Came)[] = [];
  for (let run = 0; run <= runs; run++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await opened(await context.newPage());
    await page.goto(url);
    await rested(page);
    // The first run warms the server.
    if (run > 0) all.push(await page.evaluate<Seen & Came>(`({ ...seen, ...${coming} })`));
    await context.close();
  }
  const middle = (of: keyof (Seen & Came), digits = 0) => median(all.map((one) => one[of])).toFixed(digits);
  return [middle('largest'), middle('shift', 3), middle('script'), middle('style'), middle('data'), middle('all')];
}

/** Filters, keys and typing in the search, in one page, one after the other. */
async function searching(browser: Browser, url: string, runs: number): Promise<string[][]> {
  const page = await opened(await browser.newPage({ viewport: { width: 1440, height: 900 } }));
  const filters: number[] = [];
  for (let run = 0; run <= runs; run++) {
    await page.goto(`${url}/search?q=overflow%20published:%3E${2001 + run}`);
    await rested(page);
    for (const facet of [0, 1, 2, 6]) {
      const took = await page.evaluate<number>(filtering.replace('FACET', String(facet)));
      if (run > 0) filters.push(took);
      await rested(page);
    }
  }
  for (const key of ['j', 'j', 'j', 'k', 'x', '/']) await page.keyboard.press(key);
  await page.keyboard.type('openssl severity:high', { delay: 30 });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await rested(page);
  const { slowest } = await page.evaluate<Seen>('seen');
  const round = (value: number) => value.toFixed(0);
  return [
    ['a filter more, until its rows are painted', round(median(filters)), round(Math.max(...filters))],
    ['keys, typing and Enter, until the next paint', '', round(slowest)],
  ];
}

async function opened(page: Page): Promise<Page> {
  await page.addInitScript(watching);
  return page;
}

/** Nothing is fetched any more, and all is painted. */
async function rested(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.locator('main h1').first().waitFor();
}
