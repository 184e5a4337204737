import type { Database } from '../../db/database.ts';
import { sqlState } from '../../db/errors.ts';
import { serverFacts } from '../../db/inspect/server-facts.ts';
import { schemaState } from '../../db/migrate/revisions.ts';
import { messageOf } from '../../errors.ts';
import type { Check, Examined, Finding, Severity, Subject, Verdict } from './contract.ts';
import { severities } from './contract.ts';
import { checks as everyCheck } from './registry.ts';
import { critical, notice, ok, warning } from './verdict.ts';

/** What the doctor says of whether the database can be reached at all: no check of the list. */
export const reachableId = 'database.reachable';

/** All findings, the worst first, and the worst of their severities. */
export interface Report {
  readonly worst: Severity;
  readonly findings: readonly Finding[];
}

/** How to come by the database. */
type Open = () => Promise<Database>;

/**
 * Looks at everything. It reads only, and never fails: what cannot be looked at is a finding. When the database cannot be
 * reached, it looks at the rest.
 */
export async function examine(subject: Subject, open: Open, checks: readonly Check[] = everyCheck): Promise<Report> {
  const { examined, reached } = await reach(subject, open);
  const isCurrent = examined !== null && (await hasSchema(examined));
  const found = await Promise.all(checks.map((check) => run(check, subject, examined, isCurrent)));
  const findings = [{ id: reachableId, ...reached }, ...found.flat()];
  return { worst: worstOf(findings), findings: findings.toSorted((a, b) => rank(b) - rank(a)) };
}

async function reach(subject: Subject, open: Open): Promise<{ examined: Examined | null; reached: Verdict }> {
  try {
    const db = await open();
    const server = await serverFacts(db);
    // Two checks want to know how the connection came about: one look is enough.
    let connection: ReturnType<Subject['connection']> | null = null;
    const once = (from: Database) => {
      connection ??= subject.connection(from);
      return connection;
    };
    return { examined: { ...subject, connection: once, db, server }, reached: ok(`Reached ${subject.where}.`) };
  } catch (error) {
    const advice = 'What looks at the database was left out. docs/DATABASE.md, "Troubleshooting", has what to try.';
    return { examined: null, reached: critical(messageOf(error), advice) };
  }
}

async function hasSchema({ db }: Examined): Promise<boolean> {
  return schemaState(db).then(
    ({ pending, unknown, newer }) => pending.length + unknown.length + newer.length === 0,
    () => false, // the check of migrations says why
  );
}

async function run(check: Check, subject: Subject, examined: Examined | null, isCurrent: boolean): Promise<Finding[]> {
  const { id } = check;
  try {
    return (await verdicts(check, subject, examined, isCurrent)).map((verdict) => ({ id, ...verdict }));
  } catch (error) {
    return [{ id, ...failure(error) }];
  }
}

async function verdicts(
  check: Check,
  subject: Subject,
  examined: Examined | null,
  isCurrent: boolean,
): Promise<readonly Verdict[]> {
  if (check.needs === 'nothing') return check.run(subject);
  if (examined === null || (check.needs === 'schema' && !isCurrent)) return [];
  return check.run(examined);
}

/** A check that could not be made. */
function failure(error: unknown): Verdict {
  if (sqlState(error) === '42501')
    return notice('This user may not look at that.', 'Ask as a user who may (a member of pg_monitor, or the owner).');
  return warning(`This could not be looked at: ${messageOf(error)}`, 'Put that right, and ask again.');
}

function worstOf(findings: readonly Finding[]): Severity {
  return severities[Math.max(0, ...findings.map(rank))] ?? 'ok';
}

function rank({ severity }: Verdict): number {
  return severities.indexOf(severity);
}
