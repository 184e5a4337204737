import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, patience } from '../support/browser.ts';
import { WebStage } from '../support/web.ts';
import { hero } from '../support/web-data.ts';

describe.skipIf(!hasBrowser())('searching', () => {
  let stage: WebStage;
  beforeAll(async () => {
    stage = await WebStage.open();
  });
  afterEach(async () => {
    expect(await stage.leave()).toEqual([]);
  });
  afterAll(async () => stage.close());

  const search = (q: string) => `/search?q=${encodeURIComponent(q)}`;

  test('a misspelt product is found, filtered, opened, and the way back leads to the same list', async () => {
    const visitor = await stage.visit('/');
    const { page } = visitor;
    await page.getByLabel('Search vulnerabilities').fill('fortnet');
    await page.keyboard.press('Enter');
    await page.getByText('Took “fortnet” for “fortinet”').waitFor();
    await page.getByRole('checkbox', { name: 'critical' }).click();
    await page.getByRole('checkbox', { name: /^yes/ }).first().click();
    await page.getByRole('button', { name: 'Remove the filter exploited:true' }).waitFor();
    await visitor.settled();
    const list = page.url();
    expect(new URL(list).searchParams.get('q')).toBe('fortnet severity:CRITICAL exploited:true');
    const found = await visitor.results();
    expect(found).toContain(hero);
    await page.getByRole('link', { name: hero }).click();
    await visitor.panel('Why this priority').getByText('a catalogue lists it as exploited now').waitFor();
    await page.goBack();
    await visitor.settled();
    expect(page.url()).toBe(list);
    expect(await visitor.results()).toEqual(found);
    expect(await page.getByRole('checkbox', { name: 'critical' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Remove the filter severity:CRITICAL' }).click();
    await expect.poll(() => page.url(), patience).toContain('fortnet+exploited');
  });

  test('who comes back from a CVE stands where they were', async () => {
    const visitor = await stage.visit(search('severity:critical'), { height: 500 });
    const { page } = visitor;
    const last = (await visitor.results()).at(-1) ?? '';
    await page.getByRole('link', { name: last }).scrollIntoViewIfNeeded();
    const place = await visitor.scrolled();
    expect(place).toBeGreaterThan(500);
    await page.getByRole('link', { name: last }).click();
    await page.getByRole('heading', { level: 1, name: last }).waitFor();
    await visitor.settled();
    expect(await visitor.scrolled()).toBe(0);
    await page.goBack();
    await expect.poll(() => visitor.scrolled(), patience).toBe(place);
  });

  test('everything by keyboard', async () => {
    const visitor = await stage.visit('/search');
    const { page } = visitor;
    const [first = '', second = ''] = await visitor.results();
    for (const key of ['j', 'j', 'k', 'j']) await page.keyboard.press(key);
    expect(await visitor.focused()).toBe(second);
    expect(await visitor.focusRing()).toBe('solid');
    await page.keyboard.press('x');
    await page.getByText('1 selected').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: second }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: first }).waitFor();
    await page.keyboard.press('n');
    await expect.poll(() => page.url(), patience).toContain('page=2');
    await expect.poll(() => visitor.results(), patience).not.toContain(first);
    await page.keyboard.press('p');
    await expect.poll(() => visitor.results(), patience).toContain(first);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await page.keyboard.type('severity:hi');
    await page.getByRole('option', { name: /^high/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(1500);
    await page.screenshot({ path: '/tmp/h6-shots/k.png' });
    await page.getByRole('button', { name: 'Remove the filter severity:high' }).waitFor();
  });

  test('selected results are copied as a table, all are exported, and the search is a feed', async () => {
    const visitor = await stage.visit(search('vendor:fortinet'), { mayCopy: true });
    const { page } = visitor;
    const found = await visitor.results();
    await page.getByRole('checkbox', { name: `Select ${hero}` }).check();
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('menuitem', { name: 'Table in Markdown' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const [head, , row, ...more] = (await visitor.copied()).split('\n');
    expect(head).toBe('| CVE | Title | Severity | Exploited | Priority |');
    expect(row).toMatch(
      new RegExp(`^\\| \\[${hero}\\]\\(${stage.url}/cve/${hero}\\) \\| .* \\| critical 9.8 \\| yes \\| 0.9`),
    );
    expect(more).toEqual([]);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Export' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: /^CSV/ }).click(),
    ]);
    const rows = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(file.suggestedFilename()).toMatch(/\.csv$/);
    expect(
      rows
        .slice(1)
        .map((line) => line.split(',')[0]?.replaceAll('"', ''))
        .sort(),
    ).toEqual(found.toSorted());
    await page.getByRole('button', { name: 'Subscribe' }).click();
    const feed = await page.getByRole('menuitem', { name: 'Atom' }).getAttribute('href');
    const answer = await stage.app.inject(feed ?? '');
    expect(answer.headers['content-type']).toContain('application/atom+xml');
    expect(answer.body).toContain(hero);
  });

  test('a search is saved under a name, and is there after a reload', async () => {
    const visitor = await stage.visit(`${search('vendor:fortinet')}&sort=epss`);
    const { page } = visitor;
    await page.getByRole('button', { name: 'Saved' }).click();
    await page.getByLabel('Save this search as').fill('Our firewalls');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Our firewalls' }).waitFor();
    await visitor.open('/about');
    await visitor.open('/search');
    await page.getByRole('button', { name: 'Saved' }).click();
    await page.getByRole('link', { name: 'Our firewalls' }).click();
    await expect.poll(() => new URL(page.url()).search, patience).toBe('?q=vendor%3Afortinet&sort=epss');
    await page.getByRole('button', { name: 'Remove the filter vendor:fortinet' }).waitFor();
  });

  test('an address is a list: page, order and query survive a reload', async () => {
    const visitor = await stage.visit('/search?q=severity%3Acritical&sort=published&order=asc&page=2');
    const found = await visitor.results();
    await visitor.page.reload();
    await visitor.settled();
    expect(await visitor.results()).toEqual(found);
    expect(found.length).toBeGreaterThan(0);
    expect(await visitor.page.getByLabel('Order by').inputValue()).toBe('published');
    expect(await visitor.page.getByLabel('Search vulnerabilities').inputValue()).toBe('severity:critical');
  });

  test('a mistake is shown at its place', async () => {
    const visitor = await stage.visit(search('openssl severity:critcal'));
    const { page } = visitor;
    const problem = page.getByRole('alert');
    expect(await problem.locator('mark').textContent()).toBe('critcal');
    expect(await problem.textContent()).toContain('critical');
    await page.getByRole('button', { name: 'Go to the mistake' }).click();
    await page.keyboard.type('critical');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove the filter severity:critical' }).waitFor();
    await problem.waitFor({ state: 'detached' });
  });

  test('where nothing matches, the way on is to leave a filter out', async () => {
    const visitor = await stage.visit(search('vendor:fortinet severity:low'));
    await visitor.page.getByText('Nothing matches all of this').waitFor();
    await visitor.page.getByRole('button', { name: 'without severity:low' }).click();
    await expect.poll(() => visitor.results(), patience).toContain(hero);
  });
});
