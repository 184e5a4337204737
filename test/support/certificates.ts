import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'fixtures', 'tls');

/** Where a certificate or key of test/fixtures/tls is: `here.crt`. */
export function certificateFile(name: string): string {
  return join(folder, name);
}

export function certificateText(name: string): string {
  return readFileSync(certificateFile(name), 'utf8');
}
