export interface MigrationSql {
  readonly up: readonly string[];
  readonly down: readonly string[];
}

/** The TypeScript of a migration. */
export function migrationSource(id: string, message: string, sql: MigrationSql): string {
  return `import { Migration } from '@mikro-orm/migrations';

/** ${message.trim().replaceAll('*/', '*\\/')} */
export class Migration${id} extends Migration {
  override name = 'Migration${id}';

  override up(): void {
    // Locks: ${locks(sql.up)}.
${body(sql.up)}  }

  override down(): void {
    // Locks: ${locks(sql.down)}.
${body(sql.down)}  }
}
`;
}

function body(statements: readonly string[]): string {
  return statements.map((statement) => `    this.addSql(\`${escaped(statement)}\`);\n`).join('');
}

function escaped(sql: string): string {
  return sql.replaceAll(/[`\\]|\$\{/g, '\\$&');
}

/** Which tables the statements keep others from, as far as their first words tell; to be checked by the author. */
function locks(statements: readonly string[]): string {
  const made = names(statements, /^create table "?([\w]+)/i);
  const existing = (pattern: RegExp) => names(statements, pattern).filter((table) => !made.includes(table));
  const exclusive = existing(/^(?:alter|drop) table (?:if exists )?"?(\w+)/i);
  const writes = existing(/^create (?:unique )?index .*? on "?(\w+)/i).filter((table) => !exclusive.includes(table));
  const parts = [
    ...(exclusive.length > 0 ? [`${exclusive.join(', ')} for reading and writing`] : []),
    ...(writes.length > 0 ? [`${writes.join(', ')} for writing while indexes are built`] : []),
  ];
  if (parts.length > 0) return parts.join('; ');
  return statements.length > 0 && made.length === 0
    ? 'say here which tables, how and for how long'
    : 'nothing that exists before';
}

function names(statements: readonly string[], pattern: RegExp): string[] {
  return [...new Set(statements.flatMap((statement) => pattern.exec(statement)?.[1] ?? []))];
}
