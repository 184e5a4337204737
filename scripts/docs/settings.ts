import { settings } from '../../src/config.ts';
import type { Setting } from '../../src/settings/contract.ts';
import { code, markdownTable } from './table.ts';

/** Every setting, from the table that the program reads them by. */
export function settingsTable(): string {
  const rows = Object.entries<Setting>(settings).map(([name, s]) => [
    code(name),
    typeof s.type === 'string' ? s.type : s.type.map(code).join(', '),
    s.default ? code(s.default) : '',
    `${s.description}${range(s)}${s.secret ? ' It may hold a password, and is never shown or logged.' : ''}`,
  ]);
  return markdownTable(['variable', 'type', 'default', 'meaning'], rows);
}

function range({ type, min, max }: Setting): string {
  if (type !== 'integer') return '';
  return max === undefined ? (min === undefined ? '' : ` At least ${min}.`) : ` ${min ?? 0} to ${max}.`;
}
