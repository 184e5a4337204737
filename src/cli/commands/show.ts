import type { Command } from 'commander';
import { storedRecords } from '../../db/records.ts';
import { type HistoryStep, history, type StoredVulnerability, vulnerability } from '../../db/vulnerabilities.ts';
import { asOf } from '../../domain/as-of.ts';
import { cveId } from '../../domain/cve-id.ts';
import { priority } from '../../domain/priority.ts';
import { provenance } from '../../domain/provenance.ts';
import type { CveId } from '../../domain/record.ts';
import { utc } from '../../domain/time.ts';
import type { Vulnerability } from '../../domain/vulnerability.ts';
import { AppError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { historyText } from '../show/history-text.ts';
import { provenanceText } from '../show/provenance-text.ts';
import { vulnerabilityText } from '../show/vulnerability-text.ts';

interface Options {
  readonly sources?: true;
  readonly history?: true;
  readonly asOf?: string;
  readonly json?: true;
}

const maxHistory = 10_000;

/** `openthreat show CVE-…`: the merged record, who said what, and what changed. */
export function registerShow(program: Command, context: Context): void {
  program
    .command('show')
    .description('show a CVE: what, how bad, exploited since when, what to do, and why it ranks where it does')
    .argument('<cve>', 'such as CVE-2021-44228')
    .option('--sources', 'per field who said what, and who won')
    .option('--history', 'what changed, when, and which source caused it')
    .option('--as-of <date>', 'as it was known then: 2024-05-01 (the end of that day) or 2024-05-01T12:00:00Z')
    .option('--json', 'print JSON')
    .action(async (text: string, options: Options) => {
      const id = cveId(text);
      if (!id) throw new AppError('invalid_input', `"${text}" is not a CVE id: they look like CVE-2021-44228.`);
      await show(id, options, context);
    });
}

async function show(id: CveId, options: Options, context: Context): Promise<void> {
  const db = await context.database();
  const current = await vulnerability(db, id);
  if (!current) throw new AppError('not_found', `No source that is loaded speaks of ${id}.`);
  const records = (await storedRecords(db, [id])).get(id) ?? [];
  const steps = options.history || options.asOf ? await history(db, id, maxHistory) : [];
  const shown = options.asOf ? past(current, steps, options.asOf) : current;
  const score = priority(shown, null, current.scoredOn);
  const { output } = context;
  if (options.json) {
    return output.json({
      ...shown,
      priority: score,
      ...(options.sources && { provenance: provenance(records), records }),
      ...(options.history && { history: steps }),
    });
  }
  if (options.sources) return output.print(provenanceText(id, provenance(records), records));
  if (options.history) return output.print(historyText(current, steps));
  output.print(vulnerabilityText(shown, score, records, options.asOf ?? null));
}

/** A day stands for its end: what was known on it. */
function past(current: StoredVulnerability, steps: readonly HistoryStep[], date: string): Vulnerability {
  const at = /^\d{4}-\d\d-\d\d$/.test(date) ? utc(`${date}T23:59:59.999Z`) : utc(date);
  if (!at) throw new AppError('invalid_input', `"${date}" is not a date: use 2024-05-01 or 2024-05-01T12:00:00Z.`);
  const then = asOf(current, current.createdAt, steps, at);
  if (!then) {
    throw new AppError(
      'not_found',
      `${current.cveId} was not known here on ${date}: it came in on ${current.createdAt.slice(0, 10)}.`,
    );
  }
  return then;
}
