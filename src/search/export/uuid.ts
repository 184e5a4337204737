import { createHash } from 'node:crypto';

/** What our names are unique within; any UUID would do, if it never changes. */
const namespace = Buffer.from('8e0f6a34c1a94a0d9f0d6f6c2b7d51e3', 'hex');

/** The UUID of a name, version 5: the same everywhere. @see https://www.rfc-editor.org/rfc/rfc9562#section-5.5 */
export function uuidOf(name: string): string {
  const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
