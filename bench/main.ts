// npm run bench -- [--nvd FOLDER] [--http] [--web] [--epss FILE] [--indicators FILE] [--backup] [--postgres URL] [--runs 3] [--seconds 10]
// Imports a folder of NVD feeds, days of EPSS, and lists of indicators, into fresh databases, embedded and (with --postgres) on a server,
// imports them again, times searches and checks. With --http the NVD's database is served and asked, with --web opened in a browser; without --nvd that is the
// database that the settings name, and nothing is written. With --backup nothing else is measured: a database with the CVEs and
// indicators given, or the one that the settings name, is backed up, and restored into fresh ones. --growth --folders A,B --millions 1,3
// [--picture FILE.svg] loads each folder of NVD feeds and so many million made indicators, each into a database of its own. Prints Markdown tables; docs/PERFORMANCE.md keeps them.
import { cpus, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fill, measureBackup } from './backup.ts';
import { measureEpss } from './epss.ts';
import { print } from './figures.ts';
import { measureGrowth } from './growth.ts';
import { measureHttp } from './http.ts';
import { measureIndicators } from './indicators.ts';
import { embedded, server, type Target } from './targets.ts';
import { measureVulnerabilities } from './vulnerabilities.ts';
import { measureWeb } from './web.ts';

const { values: options } = parseArgs({
  options: {
    nvd: { type: 'string' },
    http: { type: 'boolean', default: false },
    web: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '10' },
    epss: { type: 'string' },
    indicators: { type: 'string' },
    backup: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
    folders: { type: 'string', default: '' },
    millions: { type: 'string', default: '' },
    picture: { type: 'string' },
    postgres: { type: 'string' },
    runs: { type: 'string', default: '3' },
  },
});
const loadsSomething = Boolean(options.nvd || options.epss || options.indicators || options.growth);
if (!loadsSomething && !options.http && !options.web && !options.backup)
  throw new Error(
    'npm run bench -- [--nvd FOLDER (of nvdcve-2.0-*.json.gz)] [--http] [--web] [--epss FILE (epss_scores-….csv.gz)] [--indicators FILE (a list, or an archive of lists)] [--backup] [--postgres postgresql://…/postgres] [--runs 3] [--seconds 10]',
  );
const runs = Number(options.runs);

async function measure(target: Target): Promise<void> {
  print(`\n### ${target.name}\n`);
  if (options.growth) await measureGrowth(target, growth());
  else await (options.backup ? measureRestores(target) : measureLoads(target));
  await target.remove();
}

/** The folders and sizes to grow through, and where to draw it. */
function growth(): Parameters<typeof measureGrowth>[1] {
  const parts = (text: string) => text.split(',').filter((part) => part !== '');
  return {
    folders: parts(options.folders).map((folder) => resolve(folder)),
    millions: parts(options.millions).map(Number),
    picture: options.picture ? resolve(options.picture) : null,
  };
}

async function measureRestores(target: Target): Promise<void> {
  const { nvd, indicators } = options;
  const env = nvd || indicators ? await fill(target, { nvd, indicators }) : {};
  await measureBackup(env, target, runs);
}

async function measureLoads(target: Target): Promise<void> {
  if (options.nvd) {
    const env = await measureVulnerabilities(target, resolve(options.nvd), runs);
    if (options.http) await measureHttp(env, Number(options.seconds));
    if (options.web) await measureWeb(env, runs);
  }
  if (options.epss) await measureEpss(target, resolve(options.epss), options.nvd ? resolve(options.nvd) : null, runs);
  if (options.indicators) await measureIndicators(target, resolve(options.indicators), runs);
}

const [cpu] = cpus();
print(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}, ${runs} runs`,
);
if (options.http && !options.nvd) await measureHttp({}, Number(options.seconds));
if (options.web && !options.nvd) await measureWeb({}, runs);
if (loadsSomething || options.backup) {
  if (options.postgres) await measure(server(options.postgres));
  // A backup of a server's database is measured on servers, and growth where the sizes belong that it is about.
  if (!(options.backup || options.growth) || !options.postgres) await measure(embedded());
}
