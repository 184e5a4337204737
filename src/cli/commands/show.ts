import type { Command } from 'commander';
import { indicatorsOfCve } from '../../db/indicator-links.ts';
import { storedRecords } from '../../db/records.ts';
import { relatedTechniques } from '../../db/technique-links.ts';
import { history, vulnerability } from '../../db/vulnerabilities.ts';
import { vulnerabilityOn } from '../../db/vulnerability-on.ts';
import { weaknessNames } from '../../db/weaknesses.ts';
import { cveId } from '../../domain/cve-id.ts';
import { provenance } from '../../domain/provenance.ts';
import type { CveId } from '../../domain/record.ts';
import { AppError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { catalogueEntry, isCatalogueId } from '../show/catalogue-entry.ts';
import { epssJson } from '../show/epss-text.ts';
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

const maxDerived = 10;
const maxIndicators = 10;

/** `openthreat show CVE-…`: the merged record, who said what, and what changed; or an entry of a catalogue. */
export function registerShow(program: Command, context: Context): void {
  program
    .command('show')
    .description(
      'show a CVE: what, how bad, exploited since when, what to do, and why it ranks where it does; or a technique, group, software, weakness or attack pattern',
    )
    .argument('<id>', 'such as CVE-2021-44228, T1059.001, G0016, S0154, CWE-79 or CAPEC-66')
    .option('--sources', 'of a CVE: per field who said what, and who won')
    .option('--history', 'of a CVE: what changed, when, and which source caused it')
    .option('--as-of <date>', 'a CVE as it was known then: 2024-05-01 (the end of that day) or 2024-05-01T12:00:00Z')
    .option('--json', 'print JSON')
    .action(async (text: string, options: Options) => {
      const id = cveId(text);
      if (id) await show(id, options, context);
      else if (isCatalogueId(text)) await showEntry(text, options, context);
      else throw new AppError('invalid_input', `"${text}" is not a CVE id, nor one of a catalogue: ${idForms}.`);
    });
}

const idForms = 'they look like CVE-2021-44228, T1059.001, G0016, S0154, CWE-79 or CAPEC-66';

async function showEntry(text: string, options: Options, context: Context): Promise<void> {
  if (options.sources || options.history || options.asOf)
    throw new AppError('invalid_input', `--sources, --history and --as-of are for a CVE, which ${text} is not.`);
  const { text: page, json } = await catalogueEntry(await context.database(), text);
  if (options.json) context.output.json(json);
  else context.output.print(page);
}

async function show(id: CveId, options: Options, context: Context): Promise<void> {
  const db = await context.database();
  const current = await vulnerability(db, id);
  if (!current) throw new AppError('not_found', `No source that is loaded speaks of ${id}.`);
  const records = (await storedRecords(db, [id])).get(id) ?? [];
  const { record: shown, epss, priority: score } = await vulnerabilityOn(db, current, options.asOf ?? null);
  const steps = options.history ? await history(db, id, maxHistory) : [];
  const { output } = context;
  const names = await weaknessNames(db, shown.weaknesses);
  // What the catalogues say of it now is no part of what was known then.
  const techniques = options.asOf ? null : await relatedTechniques(db, shown, maxDerived);
  const indicators = options.asOf ? null : await indicatorsOfCve(db, id, maxIndicators);
  if (options.json) {
    return output.json({
      ...shown,
      priority: score,
      epss: epssJson(epss),
      weaknessNames: Object.fromEntries(names),
      ...(techniques && { techniques }),
      ...(indicators && { indicators }),
      ...(options.sources && { provenance: provenance(records), records }),
      ...(options.history && { history: steps }),
    });
  }
  if (options.sources) return output.print(provenanceText(id, provenance(records), records));
  if (options.history) return output.print(historyText(current, steps));
  output.print(
    vulnerabilityText(shown, score, {
      records,
      weaknessNames: names,
      techniques,
      indicators,
      epss,
      drawn: output.isTerminal,
      asOf: options.asOf ?? null,
    }),
  );
}
