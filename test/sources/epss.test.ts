import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readInputs } from '../../src/ingest/read/read.ts';
import { epss } from '../../src/sources/epss.ts';
import { formats } from '../../src/sources/registry.ts';

const folder = new URL('../fixtures/epss/', import.meta.url);

describe('the format', () => {
  for (const file of readdirSync(new URL('input/', folder))) {
    test(`${file} is read as expected`, async () => {
      const path = fileURLToPath(new URL(`input/${file}`, folder));
      const parsed: unknown[] = [];
      for await (const event of readInputs([path])) {
        if (event.kind !== 'records') continue;
        const envelope = { ...event.envelope, document: event.document };
        for (const { bytes } of event.records) {
          const value: unknown = JSON.parse(bytes.toString('utf8'));
          expect(formats.find((format) => format.recognises(value, envelope))?.id).toBe('epss');
          parsed.push(epss.parse(value, envelope));
        }
      }
      const expected = new URL(`expected/${file.replace(/\.csv$/, '.json')}`, folder);
      await expect(`${JSON.stringify(parsed, null, 2)}\n`).toMatchFileSnapshot(fileURLToPath(expected));
    });
  }

  test('another table with scores in it is not a day of EPSS', () => {
    const row = { cve: 'CVE-2024-0001', epss: '0.1', percentile: '0.5' };
    expect(epss.recognises(row, {})).toBe(true);
    expect(epss.recognises({ ...row, title: 'A list of ours' }, {})).toBe(false);
    expect(epss.recognises({ ...row, date: '2026-01-30' }, {})).toBe(false);
  });

  test('the day is the one that the model scored on, in UTC', () => {
    const releasedAt = (comment: string) => epss.releasedAt?.({ comment }, null);
    expect(releasedAt('model_version:v2025.03.14,score_date:2026-01-30T12:55:00Z')).toBe('2026-01-30T12:55:00.000Z');
    expect(releasedAt('model_version:v2022.01.01,score_date:2022-02-04T00:00:00+0000')).toBe(
      '2022-02-04T00:00:00.000Z',
    );
    expect(releasedAt('score_date:soon')).toBeNull();
  });
});
