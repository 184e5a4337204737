import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjectOf } from '../../src/cli/doctor/subject.ts';
import type { Config } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { fileName } from '../../src/ops/backup/folder.ts';
import type { Finding, Severity, Subject } from '../../src/ops/doctor/contract.ts';
import { examine, type Report } from '../../src/ops/doctor/examine.ts';
import { expectedSchema } from './database.ts';

/** A disk with much room, so that the one the tests run on does not matter. */
export const roomyDisk = { free: 900 * 2 ** 30, total: 1000 * 2 ** 30, disk: 1 };

/** What the doctor finds in a database, with parts of what it looks at changed. */
export async function findings(
  config: Config,
  db: Database,
  now: Date,
  changes: Partial<Subject> = {},
): Promise<Report> {
  const subject: Subject = {
    ...subjectOf(config, now),
    expectedSchema: async () => expectedSchema(),
    space: async () => roomyDisk,
    ...changes,
  };
  return examine(subject, async () => db);
}

/** What it says under an id, of a severity. */
export function ofKind({ findings: all }: Report, id: string, severity: Severity): Finding[] {
  return all.filter((finding) => finding.id === id && finding.severity === severity);
}

/** The ids of what is worse than worth knowing. */
export function troubles({ findings: all }: Report): string[] {
  return all.filter(({ severity }) => severity === 'warning' || severity === 'critical').map(({ id }) => id);
}

/** A folder with a file that is called like a backup of that time. */
export function folderWithBackup(madeAt: Date): string {
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-doctor-'));
  writeFileSync(join(folder, fileName(madeAt, false)), 'backup');
  return folder;
}
