import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, patience, type Visitor } from '../support/browser.ts';
import { WebStage } from '../support/web.ts';
import { hero } from '../support/web-data.ts';

const views = [
  ['/', 'Overview'],
  ['/search', 'Vulnerabilities'],
  [`/search?q=${encodeURIComponent('fortnet severity:critical')}`, 'Vulnerabilities'],
  [`/search?q=${encodeURIComponent('severity:critcal')}`, 'Vulnerabilities'],
  ['/search?q=nothinglikethis', 'Vulnerabilities'],
  [`/cve/${hero}`, hero],
  ['/cve/CVE-2000-9999', 'CVE-2000-9999'],
  ['/attack', 'ATT&CK'],
  ['/attack/T1190', 'T1190 Exploit Public-Facing Application'],
  ['/indicators', 'Indicators'],
  ['/indicators?view=ip/45.155.205.233', '45[.]155[.]205[.]233'],
  ['/vendors', 'Vendors and products'],
  ['/sources', 'Sources and runs'],
  ['/about', 'About the data'],
  ['/nowhere', 'There is no such page'],
] as const;

describe.skipIf(!hasBrowser())('every view', () => {
  let stage: WebStage;
  let visitor: Visitor;
  beforeAll(async () => {
    stage = await WebStage.open();
    visitor = await stage.visit('/about', { isStill: true });
  });
  afterAll(async () => stage.close());

  test.for(views)('%s', async ([path, title]) => {
    const { page } = visitor;
    await page.setViewportSize({ width: 1280, height: 900 });
    await visitor.turn('light');
    await visitor.open(path);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(title);
    expect.soft(await visitor.jumps()).toBeLessThan(0.1);
    expect.soft(await visitor.barriers()).toEqual([]);
    await visitor.turn('dark');
    expect.soft(await visitor.barriers()).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await visitor.settled();
    await expect.poll(() => visitor.slack(), patience).toBe(0);
    expect.soft(await visitor.barriers()).toEqual([]);
    expect(visitor.faults.splice(0)).toEqual([]);
  });
});
