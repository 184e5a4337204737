import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Envelope } from '../../src/sources/contract.ts';
import { vulnerabilityFormats } from '../../src/sources/registry.ts';

const fixtures = new URL('../fixtures/', import.meta.url);

/** What stands in a document beside its records, as the reader hands it on. */
function envelopeOf(document: Record<string, unknown>): Envelope {
  const scalars = Object.entries(document).filter(([, value]) => typeof value !== 'object' || value === null);
  return Object.fromEntries(scalars) as Envelope;
}

for (const format of vulnerabilityFormats) {
  const folder = new URL(`${format.id}/`, fixtures);
  for (const file of readdirSync(new URL('input/', folder))) {
    test(`${format.id}: ${file} is read as expected`, async () => {
      const document = JSON.parse(readFileSync(new URL(`input/${file}`, folder), 'utf8'));
      const isCatalogue = Array.isArray(document.vulnerabilities);
      const envelope = isCatalogue ? envelopeOf(document) : {};
      const values: unknown[] = isCatalogue ? document.vulnerabilities : [document];
      expect(vulnerabilityFormats.find((one) => one.recognises(values[0], envelope))?.id).toBe(format.id);
      const parsed = values.map((value) => format.parse(value, envelope));
      await expect(`${JSON.stringify(parsed, null, 2)}\n`).toMatchFileSnapshot(
        fileURLToPath(new URL(`expected/${file}`, folder)),
      );
    });
  }
}
