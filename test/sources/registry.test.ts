import { expect, test } from 'vitest';
import { vulnerabilitySources } from '../../src/domain/source-id.ts';
import { vulnerabilityFormat, vulnerabilityFormats } from '../../src/sources/registry.ts';
import { sourceInfo } from '../../src/sources/source-info.ts';

test('every source is described and spoken for by exactly one format of the same coverage', () => {
  expect(Object.keys(sourceInfo).toSorted()).toEqual([...vulnerabilitySources].toSorted());
  const spoken = vulnerabilityFormats.flatMap((format) =>
    format.sources.map((source) => [source, format.coverage] as const),
  );
  expect(Object.fromEntries(spoken)).toEqual(
    Object.fromEntries(Object.entries(sourceInfo).map(([id, info]) => [id, info.coverage])),
  );
  expect(spoken).toHaveLength(vulnerabilitySources.length);
});

test('a catalogue says when it was released and how much it holds', () => {
  const kev = vulnerabilityFormat('kev');
  const envelope = { catalogVersion: '2025.08.25', dateReleased: '2025-08-25T17:04:19.9796Z', count: 1404 };
  expect(kev.releasedAt?.(envelope, { dateAdded: '2025-08-25' })).toBe('2025-08-25T17:04:19.979Z');
  expect(kev.expectedCount?.(envelope)).toBe(1404);
  expect(kev.releasedAt?.({}, { dateAdded: '2025-08-25' })).toBe('2025-08-25T00:00:00.000Z'); // CSV, newest first
  expect(kev.releasedAt?.({}, null)).toBeNull();
  expect(kev.expectedCount?.({ count: '1404' })).toBeNull();
});

test('an empty feed is recognised by what surrounds it', () => {
  expect(vulnerabilityFormats.find((format) => format.recognises(undefined, { format: 'NVD_CVE' }))?.id).toBe('nvd');
  expect(vulnerabilityFormats.find((format) => format.recognises(undefined, { catalogVersion: '1' }))?.id).toBe('kev');
  expect(vulnerabilityFormats.find((format) => format.recognises({ html: true }, {}))).toBeUndefined();
});
