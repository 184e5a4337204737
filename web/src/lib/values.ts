import { day, spaced } from './format.ts';

const aDay = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/;

/** Whether a value is a day, or a moment. */
export const isMoment = (value: unknown): value is string => typeof value === 'string' && aDay.test(value);

/** A value of any field in words: lists by their members, members by what names them, without what is not said. */
export function valueText(value: unknown): string {
  if (isEmpty(value)) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (isMoment(value)) return day(value);
  if (Array.isArray(value)) return value.map(valueText).join('; ');
  if (typeof value !== 'object' || value === null) return String(value);
  const { url, vector, score, vendor, product, version } = value as Record<string, unknown>;
  if (typeof url === 'string') return url;
  if (score !== undefined) return [score, version && `(v${version})`, vector].filter(Boolean).join(' ');
  if (product !== undefined) return spaced([vendor, product].filter(Boolean).join(' '));
  const parts = Object.entries(value).filter(([, part]) => !isEmpty(part));
  return parts.map(([name, part]) => `${spaced(name)} ${valueText(part).replace(/\.$/, '')}`).join(', ');
}

const isEmpty = (value: unknown) =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
