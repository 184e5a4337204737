import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csafWriter } from '../../../src/domain/export/csaf.ts';
import type { Affected } from '../../../src/domain/record.ts';
import { csafOf, violations } from './csaf-rules.ts';
import { exportRecords, head, record, text } from './records.ts';

const written = (records: Parameters<typeof text>[1]) => csafOf(text(csafWriter(head), records));
const affected = (versions: Affected['versions'], more: Partial<Affected> = {}) => ({
  ...{ source: 'nvd' as const, vendor: 'acme', product: 'anvil' },
  ...{ versions, ...more },
});

/** The names of the products that a CVE's record says something of, by what it says. */
function statusOf(...entries: readonly ReturnType<typeof affected>[]): Record<string, string[]> {
  const { product_tree, vulnerabilities } = written([record({ affected: entries })]);
  const leaves = product_tree?.branches.flatMap((b) => b.branches ?? []).flatMap((b) => b.branches ?? []) ?? [];
  const names = new Map(leaves.map(({ name, product }) => [product?.product_id, name ?? '']));
  const status = Object.entries(vulnerabilities?.[0]?.product_status ?? {});
  return Object.fromEntries(status.map(([kind, ids]) => [kind, ids.map((id) => names.get(id) ?? 'undefined')]));
}

describe('a CSAF document', () => {
  test('of any records keeps the rules of the standard', () => {
    fc.assert(
      fc.property(exportRecords(), (records) => {
        expect(violations(written(records))).toEqual([]);
      }),
    );
  });

  test('of nothing is a document, and no advisory', () => {
    expect(written([])).toMatchObject({ document: { category: 'csaf_base', csaf_version: '2.0' } });
  });

  test('names versions and ranges as products, with what is said of each', () => {
    const versions = [
      '1.0',
      { from: '2.0', to: '2.5', toExcluded: true as const },
      { from: '3.0', status: 'unaffected' as const },
    ];
    expect(statusOf(affected(versions))).toEqual({
      known_affected: ['1.0', '>=2.0|<2.5'],
      known_not_affected: ['>=3.0'],
    });
    expect(statusOf(affected([{ to: '1.2', type: 'semver' }]))).toEqual({ known_affected: ['vers:semver/<=1.2'] });
  });

  test('has a product for all versions where none is listed, and for what nobody has named', () => {
    expect(statusOf(affected([]))).toEqual({ known_affected: ['vers:all/*'] });
    expect(statusOf(affected([], { defaultStatus: 'unknown' }))).toEqual({ under_investigation: ['vers:all/*'] });
    expect(statusOf()).toEqual({ under_investigation: ['vers:all/*'] });
  });

  test('says of a version what the first source says', () => {
    const other = affected([{ from: '1.0', to: '1.0', status: 'unaffected' }]);
    expect(statusOf(affected(['1.0']), other)).toEqual({ known_affected: ['1.0'] });
  });

  test('gives the best CVSS of each version that it has a place for, and all others in notes', () => {
    const by = { role: 'nvd', provider: 'nvd@nist.gov', type: 'primary', source: 'nvd' } as const;
    const v3 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
    const v4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
    const { vulnerabilities } = written([
      record({
        cvss: [
          { ...by, version: '4.0', score: 9.3, severity: 'CRITICAL', vector: v4 },
          { ...by, version: '3.1', score: 9.8, severity: 'CRITICAL', vector: v3 },
          { ...by, version: '2.0', score: 1, severity: 'LOW', vector: 'AV:N/AC:L/Au:N/C:C/I:C/A:C' }, // which is 10
        ],
      }),
    ]);
    expect(vulnerabilities?.[0]?.scores).toEqual([
      {
        products: ['CVE-2024-0001-1'],
        cvss_v3: { version: '3.1', vectorString: v3, baseScore: 9.8, baseSeverity: 'CRITICAL' },
      },
    ]);
    expect(JSON.stringify(vulnerabilities?.[0]?.notes)).toContain(`4.0: 9.3 CRITICAL by nvd@nist.gov (${v4})`);
  });

  test('says that a CVE is exploited, and what to do about it', () => {
    const exploited = record({
      exploited: true,
      exploitedSince: '2024-01-10',
      requiredAction: 'Patch.',
      dueDate: '2024-02-01',
    });
    expect(written([exploited]).vulnerabilities?.[0]).toMatchObject({
      threats: [{ category: 'exploit_status', details: 'Exploited in the wild, known since 2024-01-10.' }],
      remediations: [{ category: 'mitigation', details: "Patch. (CISA's date for it: 2024-02-01)" }],
    });
  });
});
