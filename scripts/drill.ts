// Plays a bad week on servers of its own, and says what it cost: node bin/run.js scripts/drill.ts
// It needs the programs of PostgreSQL 15 or newer, and takes some minutes. Ends with 1 when anything was lost.
import { type Outcome, play, week } from '../test/scale/drill/drill.ts';
import { Stage } from '../test/scale/drill/stage.ts';

const size = { readers: 6, records: 3000, calmMs: 5000 };

function row({ step, leftOut, lost, seen, acknowledged, seconds }: Outcome): string {
  const what = leftOut === null ? (lost.length === 0 ? 'nothing' : 'see below') : 'left out';
  const unavailable = seen.statuses.get(503) ?? 0;
  const cells = [
    step,
    what,
    s(seen.silence),
    s(seen.staleness),
    seen.answers,
    unavailable,
    acknowledged,
    seconds.toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}

function s(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

process.stdout.write('Starting the servers.\n');
const stage = await Stage.build(size);
let isWell = true;
try {
  process.stdout.write('| step | lost | longest silence | oldest answer | answers | 503 | acknowledged | seconds |\n');
  process.stdout.write('|---|---|---:|---:|---:|---:|---:|---:|\n');
  for (const step of week) {
    const outcome = await play(stage, step);
    process.stdout.write(`${row(outcome)}\n`);
    for (const what of [
      ...outcome.lost,
      ...((outcome.leftOut ?? outcome.note) ? [outcome.leftOut ?? outcome.note] : []),
    ])
      process.stderr.write(`  ${step.name}: ${what}\n`);
    isWell &&= outcome.lost.length === 0;
  }
} finally {
  await stage.destroy();
}
process.exitCode = isWell ? 0 : 1;
