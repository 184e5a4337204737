import type { IndicatorType } from './indicator.ts';

export const indicatorStatuses = ['active', 'inactive', 'expired'] as const;
export type IndicatorStatus = (typeof indicatorStatuses)[number];

/** How many days after it was last seen an indicator is taken to be inactive, and when it is of no use any more. */
export interface Ageing {
  readonly inactiveDays: number;
  readonly expiresDays: number;
}

/**
 * An address goes to its next owner within weeks, a domain is paid for a year, a file is the same for ever. Servers that bots
 * call home to live longer than scanners and spammers, pages that catch passwords shorter than anything.
 */
const rules: Readonly<Record<IndicatorType, Ageing & { readonly by?: Readonly<Record<string, Ageing>> }>> = {
  ip: {
    inactiveDays: 30,
    expiresDays: 90,
    by: {
      botnet_cc: { inactiveDays: 60, expiresDays: 180 },
      scanner: { inactiveDays: 14, expiresDays: 45 },
      spam: { inactiveDays: 14, expiresDays: 45 },
    },
  },
  url: {
    inactiveDays: 45,
    expiresDays: 180,
    by: { phishing: { inactiveDays: 14, expiresDays: 90 } },
  },
  domain: {
    inactiveDays: 120,
    expiresDays: 365,
    by: { phishing: { inactiveDays: 60, expiresDays: 270 } },
  },
  email: { inactiveDays: 180, expiresDays: 730 },
  hash: { inactiveDays: 730, expiresDays: 3650 },
};

const day = 86_400_000;

/** The rule for a type of indicator, and what it is used for. */
export function ageingOf(type: IndicatorType, threatType: string | null): Ageing {
  const rule = rules[type];
  return (threatType === null ? undefined : rule.by?.[threatType]) ?? rule;
}

/** When an indicator last seen at `seen` (ISO 8601 UTC) becomes inactive. */
export function inactiveAt(type: IndicatorType, threatType: string | null, seen: string): string {
  return after(seen, ageingOf(type, threatType).inactiveDays);
}

/** When an indicator last seen at `seen` (ISO 8601 UTC) expires. */
export function expiresAt(type: IndicatorType, threatType: string | null, seen: string): string {
  return after(seen, ageingOf(type, threatType).expiresDays);
}

function after(time: string, days: number): string {
  return new Date(Date.parse(time) + days * day).toISOString();
}

/** The status at `now` of what becomes inactive and expires at these times, and until when it stays so; null: for ever. */
export function statusAt(
  { inactive, expires }: { readonly inactive: string; readonly expires: string },
  now: string,
): { readonly status: IndicatorStatus; readonly until: string | null } {
  if (expires <= now) return { status: 'expired', until: null };
  return inactive <= now ? { status: 'inactive', until: expires } : { status: 'active', until: inactive };
}
