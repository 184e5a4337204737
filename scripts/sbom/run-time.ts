import type { Sbom } from './settled.ts';

/** What is read of package-lock.json. */
export interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly dev?: boolean }>>;
}

/**
 * The document without what is there to build and test only. `npm sbom --omit=dev` leaves out packages that the program needs
 * when development tools need them as well.
 */
export function atRunTime(sbom: Sbom, { packages }: Lock): Sbom {
  const wanted = new Set(
    Object.entries(packages).flatMap(([path, { version, dev }]) =>
      dev ? [] : `${path.replace(/^.*node_modules\//, '')}@${version}`,
    ),
  );
  const components = sbom.components.filter(({ name, version }) => wanted.has(`${name}@${version}`));
  const refs = new Set(components.map((component) => component['bom-ref']));
  const own = sbom.metadata.component['bom-ref'];
  const dependencies = sbom.dependencies.flatMap(({ ref, dependsOn }) =>
    ref === own || refs.has(ref) ? { ref, dependsOn: dependsOn.filter((other) => refs.has(other)) } : [],
  );
  return { ...sbom, components, dependencies };
}
