import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { IndicatorReport } from '../../src/domain/indicator.ts';
import { canonicalIndicator } from '../../src/domain/indicator-value.ts';
import { readInputs } from '../../src/ingest/read/read.ts';
import type { Envelope, Parsed } from '../../src/sources/contract.ts';
import { formats, indicatorFormats } from '../../src/sources/registry.ts';

const fixtures = new URL('../fixtures/', import.meta.url);

/** The raw records of a file, as an ingest hands them to a format. */
async function recordsOf(file: string): Promise<{ value: unknown; envelope: Envelope; place: string }[]> {
  const records: { value: unknown; envelope: Envelope; place: string }[] = [];
  for await (const event of readInputs([file])) {
    if (event.kind === 'failed') throw new Error(event.reason);
    if (event.kind !== 'records') continue;
    const envelope = { ...event.envelope, document: event.document };
    for (const { bytes, place } of event.records)
      records.push({ value: JSON.parse(bytes.toString()), envelope, place });
  }
  return records;
}

for (const format of indicatorFormats) {
  describe(format.id, () => {
    const input = new URL(`${format.id}/input/`, fixtures);
    const files = readdirSync(input, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    test.each(files.map((entry) => relative(fileURLToPath(input), `${entry.parentPath}/${entry.name}`)))(
      '%s is read as expected',
      async (file) => {
        const records = await recordsOf(fileURLToPath(new URL(file, input)));
        const [first] = records;
        expect(formats.find((one) => one.recognises(first?.value, first?.envelope ?? {}))?.id).toBe(format.id);
        const parsed = records.map(({ value, envelope, place }): { place: string } & Parsed<IndicatorReport> => ({
          place,
          ...format.parse(value, envelope),
        }));
        for (const one of parsed) if (one.kind === 'records') one.records.forEach(expectCanonical);
        await expect(`${JSON.stringify(parsed, null, 2)}\n`).toMatchFileSnapshot(
          fileURLToPath(new URL(`${format.id}/expected/${file}.json`, fixtures)),
        );
      },
    );

    test('anything else is rejected, or holds no indicator, but is no error', () => {
      const odd = [
        null,
        1,
        '',
        'x',
        [],
        {},
        { type: 'indicator', id: 'indicator--1' },
        { Event: {} },
        { Event: 1 },
        { value: {} },
      ];
      for (const value of odd) {
        const parsed = format.parse(value, {});
        if (parsed.kind === 'rejected') expect(parsed.reason).toMatch(/^\S[^\n]{5,300}$/);
        else expect(parsed.records).toEqual([]);
      }
    });
  });
}

function expectCanonical({ type, value, tags, context, confidence }: IndicatorReport): void {
  expect(canonicalIndicator(value)).toMatchObject({ indicator: { type, value } });
  expect(tags).toEqual([...new Set(tags)].sort());
  expect(confidence ?? 0.5).toBeGreaterThanOrEqual(0);
  expect(confidence ?? 0.5).toBeLessThanOrEqual(1);
  for (const said of Object.values(context)) expect(said).toSatisfy((one) => one !== '' && !Number.isNaN(one));
}

test('whole lists say when they were made', () => {
  const ofComment = (id: string, comment: string) =>
    indicatorFormats.find((one) => one.id === id)?.releasedAt?.({ comment }, null);
  expect(ofComment('urlhaus_online', 'URLhaus\nLast updated: 2026-05-02 10:20:30 (UTC)')).toBe(
    '2026-05-02T10:20:30.000Z',
  );
  expect(ofComment('feodo_tracker', 'Last updated: 2026-05-02 10:20:30 UTC')).toBe('2026-05-02T10:20:30.000Z');
  expect(ofComment('ipsum', 'Last update: Sat, 02 May 2026 03:00:29 +0200')).toBe('2026-05-02T01:00:29.000Z');
  expect(ofComment('ipsum', 'Last update: some day')).toBeNull();
  expect(ofComment('ipsum', '')).toBeNull();
});

test('documents that hold something else are no indicators', () => {
  const others = ['nvd', 'kev', 'cve5', 'deduplicated', 'attack', 'capec', 'epss'];
  for (const folder of others) {
    const input = new URL(`${folder}/input/`, fixtures);
    for (const file of readdirSync(input)) {
      if (!file.endsWith('.json')) continue;
      const document = JSON.parse(readFileSync(new URL(file, input), 'utf8'));
      const first = document.vulnerabilities?.[0] ?? document.objects?.[0] ?? document;
      const found = formats.find((one) => one.recognises(first, { catalogVersion: document.catalogVersion ?? null }));
      expect(found?.kind).not.toBe('indicator');
    }
  }
});
