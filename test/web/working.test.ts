import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Api } from '../../src/api/contract.ts';
import type { Database } from '../../src/db/database.ts';
import type { RequestedWork } from '../../src/jobs/requested/requested-work.ts';
import { testWork } from '../support/api.ts';
import { hasBrowser, patience, type Visitor } from '../support/browser.ts';
import { kevRoute } from '../support/fake-upstream.ts';
import { startHttpServer, type TestHttpServer } from '../support/http-server.ts';
import { syncContext } from '../support/syncing.ts';
import { WebStage } from '../support/web.ts';
import { hero, webDay } from '../support/web-data.ts';
import { KeyHolder } from '../support/writer.ts';

const kev = 'CISA Known Exploited Vulnerabilities';

const pasted = `Jan 14 09:12:01 gw sshd[812]: Failed password for root from 45[.]155[.]205[.]233 port 51234
GET hxxp://malware[.]example-bad[.]top/bin.sh 200
lookup update.harmless-host.org from 10.0.0.7`;

describe.skipIf(!hasBrowser())('working with it', () => {
  let stage: WebStage;
  let feeds: TestHttpServer;
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-web-sync-'));
  const works: RequestedWork[] = [];
  const parts = (db: Database): Partial<Api> => {
    const syncing = syncContext(db, folder, { now: () => new Date(webDay) }, feeds.url);
    const tasks = testWork(db, { folder, syncing });
    works.push(tasks);
    return { tasks };
  };
  beforeAll(async () => {
    feeds = await startHttpServer(kevRoute([hero, 'CVE-2024-3400', 'CVE-2021-44228'], '2026-01-15'));
    stage = await WebStage.open(parts);
  });
  afterEach(async () => {
    expect(await stage.leave()).toEqual([]);
  });
  afterAll(async () => {
    await Promise.all(works.map(async (work) => work.stop()));
    await stage.close();
    await feeds.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('of a pasted log, what is known and what is not', async () => {
    const visitor = await stage.visit('/indicators', { mayCopy: true });
    const { page } = visitor;
    await page.getByLabel('A log, an e-mail or a report').fill(pasted);
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('2 of 3 found are known').waitFor();
    const row = (name: string) => page.getByRole('listitem').filter({ hasText: name });
    expect(await row('45[.]155[.]205[.]233').first().textContent()).toContain('urlhaus');
    expect(await row('update[.]harmless-host[.]org').textContent()).toContain('not known');
    await page.getByRole('button', { name: 'Copy (defanged)' }).click();
    await expect.poll(() => visitor.copied(), patience).toContain('hxxp://malware[.]example-bad[.]top/bin[.]sh');
    await row('45[.]155[.]205[.]233').first().getByRole('link').first().click();
    await page.getByRole('heading', { level: 1 }).filter({ hasText: '45[.]155[.]205[.]233' }).waitFor();
  });

  test('a sync wants a key, shows that it goes on, and ends before one’s eyes', async () => {
    const { headers } = await KeyHolder.of(stage.app, stage.db, 'admin');
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    feeds.onRequest = () => mayAnswer;
    const visitor = await stage.visit('/sources');
    const { page } = visitor;
    await page.getByRole('button', { name: `Sync now: ${kev}` }).click();
    const dialog = page.getByRole('dialog', { name: 'API key' });
    await dialog.getByLabel('Key', { exact: true }).fill('ot_wrong');
    await page.keyboard.press('Enter');
    await expect.poll(() => dialog.textContent(), patience).toMatch(/key/i);
    await dialog.getByLabel('Key', { exact: true }).fill(headers.authorization?.replace('Bearer ', '') ?? '');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: `Syncing …: ${kev}` }).waitFor();
    answer();
    await page.getByText(/^Done in .*: 1 new, /).waitFor();
    await page.getByRole('button', { name: `Sync now: ${kev}` }).waitFor();
    expect(visitor.faults.splice(0).filter((fault) => !fault.includes('401'))).toEqual([]);
  });

  const broken = (visitor: Visitor) => visitor.page.getByRole('alert');

  test('a server that is stopped is said to be, and when it is back, so is the view', async () => {
    const visitor = await stage.visit('/search');
    await stage.stop();
    await visitor.page.getByLabel('Search vulnerabilities').fill('apache');
    await visitor.page.keyboard.press('Enter');
    await broken(visitor).getByText('The server does not answer.').waitFor();
    await stage.start(parts);
    await visitor.page.getByRole('link', { name: 'CVE-2021-41773' }).waitFor();
    await broken(visitor).waitFor({ state: 'detached' });
    visitor.faults.length = 0; // that the connection broke
  });

  test('an error of the server, a page of something else, no network: each says what is going on', async () => {
    const visitor = await stage.visit('/about');
    const { page } = visitor;
    const problem = { status: 500, title: 'Unexpected', code: 'unexpected', detail: 'Something unexpected happened.' };
    await page.route('**/api/v1/search?*', (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    );
    await page.getByRole('link', { name: 'Vulnerabilities', exact: true }).click();
    await broken(visitor).getByText('Something unexpected happened.').waitFor();
    await page.unroute('**/api/v1/search?*');
    await page.route('**/api/v1/vendors?*', (route) =>
      route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }),
    );
    await page.getByRole('link', { name: 'Vendors and products' }).click();
    await broken(visitor).getByText(/502/).waitFor();
    await page.unroute('**/api/v1/vendors?*');
    await broken(visitor).getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'fortinet', exact: true }).waitFor();
    await page.context().setOffline(true);
    await page.getByLabel('Search vulnerabilities').fill('apache');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.locator('main').textContent(), patience)
      .toMatch(/does not answer|offline|no network/i);
    await page.context().setOffline(false);
    visitor.faults.length = 0;
  });

  test('while a slow server thinks, there is a place for its answer', async () => {
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    const visitor = await stage.visit('/about');
    await visitor.page.route('**/api/v1/search?*', async (route) => {
      await mayAnswer;
      await route.continue();
    });
    await visitor.page.getByRole('link', { name: 'Vulnerabilities', exact: true }).click();
    await visitor.page.getByText('Searching …').waitFor();
    await visitor.page.getByRole('status', { name: 'Loading' }).waitFor();
    answer();
    await expect.poll(async () => (await visitor.results()).length, patience).toBe(25);
  });

  test('the first Tab leads past the menu; the theme that one chose stays', async () => {
    const visitor = await stage.visit('/about', { isStill: true });
    const { page } = visitor;
    await page.keyboard.press('Tab');
    expect(await visitor.focused()).toBe('To the content');
    expect(await visitor.focusRing()).toBe('solid');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.getByRole('button', { name: 'Dark theme' }).click();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await visitor.open('/vendors');
    await page.getByRole('button', { name: 'Light theme' }).waitFor();
  });

  test('pages may run nothing but what this server serves as a file', async () => {
    const { headers } = await stage.app.inject({ url: '/', headers: { accept: 'text/html' } });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("object-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    const { page, faults } = await stage.visit('/about');
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.hacked = 1' }))`,
    );
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    await expect.poll(() => faults.splice(0).join(), patience).toContain('script-src');
    faults.length = 0;
  });
});
