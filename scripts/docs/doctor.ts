import { checks } from '../../src/ops/doctor/registry.ts';
import { code, markdownTable } from './table.ts';

/** What `openthreat doctor` looks at, from its own list. */
export function doctorTable(): string {
  return markdownTable(
    ['id', 'what it looks at', 'what to do'],
    checks.map(({ id, about, remedy }) => [code(id), about, remedy]),
  );
}
