import { createHash } from 'node:crypto';

/** What is touched of a CycloneDX document. */
export interface Sbom {
  readonly serialNumber: string;
  readonly metadata: {
    readonly timestamp?: string;
    readonly component: { readonly 'bom-ref': string; readonly name: string; readonly purl: string };
  };
  readonly components: readonly { readonly 'bom-ref': string; readonly name: string; readonly version: string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/**
 * The document under the program's own name instead of its folder's, with a serial number that follows from its content
 * instead of chance, and the time given (seconds since 1970) or none.
 * @see https://cyclonedx.org/docs/1.5/json/
 */
export function settled(sbom: Sbom, epochSeconds: number | null): Sbom {
  const { timestamp: _, component, ...metadata } = sbom.metadata;
  const name = /^pkg:npm\/([^@]+)@/.exec(component.purl)?.[1] ?? component.name;
  const digest = createHash('sha256').update(JSON.stringify(sbom.components)).digest('hex');
  const time = epochSeconds === null ? {} : { timestamp: new Date(epochSeconds * 1000).toISOString() };
  return {
    ...sbom,
    serialNumber: `urn:uuid:${uuid(digest)}`,
    metadata: { ...time, ...metadata, component: { ...component, name } },
  };
}

/** A UUID of version 8, whose bits are one's own. @see https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8 */
function uuid(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
