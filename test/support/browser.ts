import axe, { type AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { until } from './watching.ts';
import { webDay } from './web-data.ts';

/** Whether tests in a browser can run; `describe.skipIf(!hasBrowser())`. */
export function hasBrowser(): boolean {
  return inject('chromium') !== null;
}

/** A Chromium that knows no other host than this one, and asks nobody anything by itself. */
export async function launch(): Promise<Browser> {
  const found = inject('chromium');
  if (!found) throw new Error('there is no Chromium: see the last lines of the run');
  return chromium.launch({
    executablePath: found.path,
    env: { ...process.env, ...found.env },
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-proxy-server',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    ],
  });
}

/** What stands where something is still being fetched. */
const busy = '[role="status"][aria-label="Loading"], [aria-busy="true"], .mantine-Skeleton-root';

/** Long enough for a busy machine. */
export const patience = { timeout: 30_000 };

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Runs in each page before anything else: scripts here are text, because the types of browsers are not those of Node.js. */
const noticing = `
  addEventListener('securitypolicyviolation', (event) => {
    console.error('policy violated: ' + event.violatedDirective + ' by ' + event.blockedURI);
  });
  window.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
`;

export interface Look {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly isStill?: boolean; // asks for reduced motion
  readonly mayCopy?: boolean; // may use the clipboard
}

/** Somebody who looks at the app in a browser profile of their own. */
export class Visitor {
  readonly page: Page;
  /** What a visitor should never cause: errors in the console, violations of the policy, requests to other hosts. */
  readonly faults: string[] = [];
  readonly #context: BrowserContext;
  readonly #url: string;

  private constructor(context: BrowserContext, page: Page, url: string) {
    this.#context = context;
    this.page = page;
    this.#url = url;
  }

  /** @param url where the app is served */
  static async arrive(browser: Browser, url: string, look: Look = {}): Promise<Visitor> {
    const { theme = 'light', width = 1280, height = 900, isStill = false, mayCopy = false } = look;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: isStill ? 'reduce' : 'no-preference',
      locale: 'en',
      ...(mayCopy && { permissions: ['clipboard-read', 'clipboard-write'] }),
    });
    const page = await context.newPage();
    await page.clock.setFixedTime(webDay);
    const visitor = new Visitor(context, page, url);
    await visitor.#watch();
    return visitor;
  }

  async #watch(): Promise<void> {
    this.page.on('console', (message) => {
      // Chromium says so of every answer that is an error, also of those that the app expects.
      const isAnswer = message.text().startsWith('Failed to load resource');
      if (['error', 'warning'].includes(message.type()) && !isAnswer) this.faults.push(message.text());
    });
    this.page.on('pageerror', (error) => this.faults.push(String(error)));
    this.page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== this.#url && !['data:', 'blob:'].includes(protocol)) this.faults.push(`asked ${request.url()}`);
    });
    this.page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (response.status() >= 400 && pathname.startsWith('/assets/')) this.faults.push(`${pathname} is missing`);
    });
    await this.page.addInitScript(noticing);
  }

  /** Opens an address of the app, and waits for all that it asks for. */
  async open(path: string): Promise<void> {
    await this.page.goto(this.#url + path);
    await this.settled();
  }

  /** Waits until a heading is there and nothing is being fetched any more. */
  async settled(): Promise<void> {
    const heading = this.page.getByRole('heading', { level: 1 }).first();
    await heading.waitFor().catch((cause: unknown) => {
      throw new Error(`${this.page.url()} shows no heading. Noticed: ${this.faults.join('; ') || 'nothing'}`, {
        cause,
      });
    });
    await until('all answers', async () => (await this.page.locator(busy).count()) === 0 || null);
  }

  /** Turns the system's theme, which the app follows. */
  async turn(theme: 'light' | 'dark'): Promise<void> {
    await this.page.emulateMedia({ colorScheme: theme });
    await this.page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor();
    await this.#painted();
  }

  /** Colours and places are those of a moment ago until the next frame. */
  async #painted(): Promise<void> {
    const frame = 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';
    await this.page.evaluate(`${frame}.then(() => null)`);
  }

  /** The part of a view that stands under a heading. */
  panel(name: string | RegExp): Locator {
    return this.page.getByRole('region', { name });
  }

  /** The ids of the results of a search, in their order. */
  async results(): Promise<string[]> {
    return this.page.locator('[data-result] a').allTextContents();
  }

  /** Whether anything of what the hostile record says has come to life. */
  async isHacked(): Promise<boolean> {
    return this.page.evaluate(`window.hacked === 1 || document.querySelector('#bold, img[src*="evil"]') !== null`);
  }

  /** How far down the page is scrolled, in pixels. */
  async scrolled(): Promise<number> {
    return this.page.evaluate('Math.round(scrollY)');
  }

  /** The words of what has the focus. */
  async focused(): Promise<string> {
    return this.page.evaluate('document.activeElement.textContent');
  }

  /** How what has the focus is outlined: `none` is not at all. */
  async focusRing(): Promise<string> {
    return this.page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
  }

  /** What is in the clipboard. */
  async copied(): Promise<string> {
    return this.page.evaluate('navigator.clipboard.readText()');
  }

  /** How far content jumped about since the view was opened, by no doing of the visitor: 0 is not at all, 0.1 is much. */
  async jumps(): Promise<number> {
    return this.page.evaluate('window.layoutShift');
  }

  /** How many pixels the page can be pushed sideways. */
  async slack(): Promise<number> {
    return this.page.evaluate('document.scrollingElement.scrollLeft = 9999, document.scrollingElement.scrollLeft');
  }

  /** What axe finds against WCAG 2.2 AA, with the places. */
  async barriers(): Promise<string[]> {
    await this.page.evaluate(axe.source);
    const { violations }: AxeResults = await this.page.evaluate(
      `axe.run(document, ${JSON.stringify({ runOnly: wcag })})`,
    );
    return violations.map(({ impact, id, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join('\n')}`);
  }

  async leave(): Promise<void> {
    await this.#context.close();
  }
}
