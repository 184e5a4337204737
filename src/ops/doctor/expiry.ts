import type { Verdict } from './contract.ts';
import { critical, span, warning } from './verdict.ts';

const dayMs = 86_400_000;
/** Days before a certificate ends. */
const soon = 14;
const verySoon = 3;

/** What to say of a certificate that ends at a time (ISO 8601): nothing while that is far. */
export function expiryOf(certificate: string, expiresAt: string, now: Date): Verdict[] {
  const left = Date.parse(expiresAt) - now.getTime();
  if (left > soon * dayMs) return [];
  const when = left < 0 ? `ended ${span(-left / 1000)} ago` : `ends in ${span(left / 1000)}`;
  const found = `${certificate} ${when} (${expiresAt.slice(0, 10)}).`;
  const advice = 'Renew it, and have the server read it again.';
  return [left < verySoon * dayMs ? critical(found, advice) : warning(found, advice)];
}
