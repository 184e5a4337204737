import { isMet } from './spdx.ts';

/** What is read of package-lock.json. */
export interface Lock {
  readonly packages: Readonly<Record<string, { readonly license?: string; readonly dev?: boolean }>>;
}

export interface Finding {
  readonly path: string;
  readonly said: string | null; // the licence
  readonly why: string;
}

/** Licences that ask for no more than to be named, which the packages' own files do. */
const allowed: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
  'Zlib',
]);

interface Exception {
  readonly name: RegExp;
  readonly licence: string | null; // null: the lock file names none
  readonly reason: string;
}

/** What else may be there to build and test. Nothing of it is shipped, also not within the web app. */
const exceptions: readonly Exception[] = [
  { name: /^axe-core$/, licence: 'MPL-2.0', reason: 'runs in the browser of a test' },
  { name: /^lightningcss(-|$)/, licence: 'MPL-2.0', reason: 'Vite minifies style sheets by it' },
  { name: /^argparse$/, licence: 'Python-2.0', reason: 'reads the command line of a development tool' },
  { name: /^@biomejs\/cli-/, licence: null, reason: 'Biome (MIT OR Apache-2.0) for other systems' },
  { name: /^@oxc-parser\/binding-/, licence: null, reason: 'the parser of a development tool (MIT) for other systems' },
];

/** The packages whose licence is not allowed, and the exceptions that nothing needs any more. */
export function unlicensed({ packages }: Lock, excepted = exceptions): Finding[] {
  const used = new Set<Exception>();
  const found: Finding[] = [];
  for (const [path, { license, dev }] of Object.entries(packages)) {
    const said = license ?? null;
    if (said !== null && isMet(said, allowed)) continue;
    const exception = excepted.find(({ name, licence }) => name.test(nameOf(path)) && licence === said);
    if (exception && dev === true) used.add(exception);
    else
      found.push({
        path,
        said,
        why: 'find another package, or make an exception with a reason in scripts/licences/check.ts',
      });
  }
  const idle = excepted.filter((exception) => !used.has(exception));
  return [
    ...found,
    ...idle.map(({ name, licence }) => ({
      path: String(name),
      said: licence,
      why: 'nothing needs this exception: take it away',
    })),
  ];
}

/** `node_modules/a/node_modules/@b/c` is `@b/c`. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
