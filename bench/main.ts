// npm run bench -- [--nvd FOLDER] [--epss FILE] [--indicators FILE] [--postgres URL] [--runs 3]
// Imports a folder of NVD feeds, days of EPSS, and lists of indicators, into fresh databases, embedded and (with --postgres) on a server,
// imports them again, times searches and checks. Prints Markdown tables; docs/PERFORMANCE.md keeps them.
import { cpus, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureEpss } from './epss.ts';
import { print } from './figures.ts';
import { measureIndicators } from './indicators.ts';
import { embedded, server, type Target } from './targets.ts';
import { measureVulnerabilities } from './vulnerabilities.ts';

const { values: options } = parseArgs({
  options: {
    nvd: { type: 'string' },
    epss: { type: 'string' },
    indicators: { type: 'string' },
    postgres: { type: 'string' },
    runs: { type: 'string', default: '3' },
  },
});
if (!options.nvd && !options.epss && !options.indicators)
  throw new Error(
    'npm run bench -- [--nvd FOLDER (of nvdcve-2.0-*.json.gz)] [--epss FILE (epss_scores-….csv.gz)] [--indicators FILE (a list, or an archive of lists)] [--postgres postgresql://…/postgres] [--runs 3]',
  );
const runs = Number(options.runs);

async function measure(target: Target): Promise<void> {
  print(`\n### ${target.name}\n`);
  if (options.nvd) await measureVulnerabilities(target, resolve(options.nvd), runs);
  if (options.epss) await measureEpss(target, resolve(options.epss), options.nvd ? resolve(options.nvd) : null, runs);
  if (options.indicators) await measureIndicators(target, resolve(options.indicators), runs);
  await target.remove();
}

const [cpu] = cpus();
print(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}, ${runs} runs`,
);
if (options.postgres) await measure(server(options.postgres));
await measure(embedded());
