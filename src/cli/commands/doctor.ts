import type { Command } from 'commander';
import type { Database } from '../../db/database.ts';
import { openDatabase } from '../../db/open.ts';
import type { Context } from '../context.ts';
import { doctorExitCodes } from '../exit-codes.ts';

/** No look takes longer on a server, in milliseconds: one that does is a finding. */
const patience = 5000;
/** Few connections: there may be none to spare. */
const connections = 3;
/** The width of a page that goes into a file. */
const usualColumns = 120;

/** `openthreat doctor`: what is wrong, and what to do. */
export function registerDoctor(program: Command, context: Context): void {
  const { warning, critical } = doctorExitCodes;
  program
    .command('doctor')
    .description(
      `look at everything that goes wrong in the course of time, and say what to do; reads only. Ends with ${warning} when something is to be seen to, with ${critical} when something does harm now`,
    )
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => doctor(context, options.json === true));
}

async function doctor({ config, output }: Context, json: boolean): Promise<void> {
  // Loaded when it is needed: it brings all that migrations need.
  const [{ examine }, { subjectOf }, { doctorPage }] = await Promise.all([
    import('../../ops/doctor/examine.ts'),
    import('../doctor/subject.ts'),
    import('../doctor/page.ts'),
  ]);
  const now = new Date();
  let close = async () => {};
  const few = { poolSize: Math.min(config.poolSize, connections), statementTimeoutMs: patience, databaseWaitMs: 0 };
  const open = async (): Promise<Database> => {
    const database = await openDatabase({ ...config, ...few }, { say: (text) => output.say(text) });
    close = () => database.close();
    return database;
  };
  try {
    const report = await examine(subjectOf(config, now), open);
    if (json) output.json({ at: now.toISOString(), ...report });
    else output.print(doctorPage(report, process.stdout.columns || usualColumns));
    if (report.worst === 'warning' || report.worst === 'critical') process.exitCode = doctorExitCodes[report.worst];
  } finally {
    await close();
  }
}
