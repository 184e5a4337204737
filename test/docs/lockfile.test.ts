import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/docs/pages.ts';

interface Locked {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** npm leaves out packages for other systems when it cannot find them, and then `npm ci` refuses the lock file, everywhere. */
test('package-lock.json names the packages for every system, so that "npm ci" takes it', () => {
  const lock: { packages: Record<string, Locked> } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const wanted = Object.values(lock.packages).flatMap((locked) => Object.keys(locked.optionalDependencies ?? {}));
  const missing = wanted.filter(
    (name) =>
      !Object.entries(lock.packages).some(([path, { version }]) => version && path.endsWith(`node_modules/${name}`)),
  );
  expect(missing).toEqual([]);
});
