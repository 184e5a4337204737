/** 123456789 → `117.7 MB`. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = n;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `2026-11-23T10:15:09.143Z` → `2026-11-23 10:15:09`. */
export function shortTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
