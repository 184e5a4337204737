import { isDead } from '../../../db/owner.ts';
import { failedRuns, type Rejections, rejections, runsAtWork } from '../../../db/recent-runs.ts';
import type { Check, Examined, SourceStatus } from '../contract.ts';
import { count, names, notice, ok, percent, secondsSince, span, warning } from '../verdict.ts';

const dayMs = 86_400_000;
/** A worker looks every minute; later than this after its time, nobody looked. */
const overdueSeconds = 1800;
/** Rejections that are worth a warning: so many, such a share, and so many times as before. */
const growing = { records: 10, share: 0.01, times: 2 };

/** Whether what is stored is fresh and whole. */
export const contentChecks: readonly Check[] = [
  {
    id: 'sources.stale',
    about: 'Sources whose last success is longer ago than they may be.',
    remedy: '`openthreat sync SOURCE` tells why; `openthreat sources show SOURCE` what is known.',
    needs: 'schema',
    run: async (subject) => {
      const all = await feeds(subject);
      const stale = all.filter(({ health }) => health === 'stale');
      const fresh = all.filter(({ health }) => health === 'fresh').length;
      if (stale.length === 0)
        return fresh > 0 ? [ok(`${count(fresh, 'source is', 'sources are')} fresh, none is stale.`)] : [];
      const list = stale.map(({ id, ageHours }) => `${id} (${span((ageHours ?? 0) * 3600)})`);
      return [
        warning(
          `Stale: ${names(list)}.`,
          `Run "openthreat sync ${stale[0]?.id}" and see what it says; is "openthreat worker" running?`,
        ),
      ];
    },
  },
  {
    id: 'sources.failing',
    about: 'Sources whose last sync failed: a warning when that has been going on for a day.',
    remedy: '`openthreat sync SOURCE` tries again now. Check the network, `HTTPS_PROXY`, keys.',
    needs: 'schema',
    run: async (subject) => {
      const failing = (await feeds(subject)).filter(({ health }) => health === 'failing');
      return failing.map(({ id, failingSince, lastError, attention }) => {
        const found = `${id} has been failing since ${failingSince?.slice(0, 16).replace('T', ' ')}: ${lastError ?? 'no reason given'}`;
        return attention
          ? warning(found, `Run "openthreat sync ${id}".`)
          : notice(found, 'It is tried again by itself.');
      });
    },
  },
  {
    id: 'sources.held',
    about: 'Documents that were held back because they do not look like those before.',
    remedy: 'Look at the document; `openthreat sync SOURCE --force` stores it all the same.',
    needs: 'schema',
    run: async (subject) => {
      const held = (await feeds(subject)).flatMap(({ id, held: what }) => (what ? [{ id, ...what }] : []));
      return held.map(({ id, why, since, file }) =>
        warning(
          `${id} is held back since ${since.slice(0, 10)}: ${why}`,
          `Look at ${file}; when it is right: openthreat sync ${id} --force.`,
        ),
      );
    },
  },
  {
    id: 'sources.overdue',
    about: 'Sources whose time has come and that nobody fetched.',
    remedy: 'Start `openthreat worker` (or `openthreat up`), and keep it running.',
    needs: 'schema',
    run: async (subject) => {
      const late = (await feeds(subject)).filter(
        ({ schedule, nextRunAt, syncing }) =>
          schedule !== null && !syncing && nextRunAt !== null && secondsSince(nextRunAt, subject.now) > overdueSeconds,
      );
      if (late.length === 0) return [];
      return [
        warning(
          `Nobody fetched what was due: ${names(late.map(({ id }) => id))}.`,
          'Start "openthreat worker" and keep it running.',
        ),
      ];
    },
  },
  {
    id: 'sources.unasked',
    about: 'Sources that were never asked, because nobody did or a setting is missing.',
    remedy: '`openthreat sync`, and the settings that `openthreat sources` names.',
    needs: 'schema',
    run: async (subject) => {
      const all = await feeds(subject);
      const never = all.filter(({ health }) => health === 'never').map(({ id }) => id);
      const needing = all.filter(({ health }) => health === 'needs_setting');
      return [
        ...(never.length > 0
          ? [notice(`Never fetched: ${names(never)}.`, 'Start "openthreat worker", or run "openthreat sync".')]
          : []),
        ...needing.map(({ id, needs }) => notice(`${id} is not fetched.`, needs)),
      ];
    },
  },
  {
    id: 'runs.failed',
    about: 'Runs of the last day that failed: a warning for a source whose last run did.',
    remedy: '`openthreat runs --source SOURCE` shows them with the reason.',
    needs: 'schema',
    run: async ({ db, now }) => {
      const failed = await failedRuns(db, new Date(now.getTime() - dayMs).toISOString());
      if (failed.length === 0) return [ok('No run of the last day failed.')];
      return failed.map(({ source, failed: times, lastStatus, lastError }) => {
        const found = `${count(times, 'run')} of ${source} failed in the last day: ${lastError ?? 'no reason given'}`;
        const advice = `openthreat runs --source ${source}`;
        return lastStatus === 'failed'
          ? warning(found, `See ${advice}, and run it again.`)
          : notice(`${found} The last one went well.`, `See ${advice}.`);
      });
    },
  },
  {
    id: 'runs.abandoned',
    about: 'Runs that say they are at work and whose process is gone.',
    remedy: 'Run the same ingest or sync again: it goes on where the other one ended.',
    needs: 'schema',
    run: async ({ db, now }) => {
      const gone = (await runsAtWork(db)).filter(({ owner, heartbeatAt }) =>
        isDead(owner, heartbeatAt, now.toISOString()),
      );
      if (gone.length === 0) return [];
      const list = gone.map(({ id, source }) => `${id} (${source})`);
      return [
        warning(
          `The process of ${count(gone.length, 'run')} is gone: ${names(list)}.`,
          'Run the same again: it goes on from there, and marks the dead one as failed.',
        ),
      ];
    },
  },
  {
    id: 'records.rejected',
    about: 'Records that could not be used: a warning when a run has many more than those before.',
    remedy: '`openthreat rejected --run RUN` shows them with place and reason.',
    needs: 'schema',
    run: async ({ db, now }) => {
      const found = await rejections(db, new Date(now.getTime() - 30 * dayMs).toISOString());
      const more = found.filter(isGrowing);
      if (more.length === 0)
        return [
          ok(
            found.length === 0
              ? 'No source has rejected records lately.'
              : `Few records are rejected: ${names(found.map(rejected))}.`,
          ),
        ];
      return [
        warning(
          `More records than before are rejected: ${names(more.map(rejected))}.`,
          `See "openthreat rejected --run ${more[0]?.run}": the source may have changed its format.`,
        ),
      ];
    },
  },
];

/** The sources that are fetched, each once: what comes with another one fares as that does. */
async function feeds({ db, sources }: Examined): Promise<SourceStatus[]> {
  return (await sources(db)).filter(({ id, connector }) => connector === id);
}

function isGrowing({ rejected: n, fetched, shareBefore }: Rejections): boolean {
  const share = n / fetched;
  return n >= growing.records && share >= growing.share && share > growing.times * (shareBefore ?? 0);
}

function rejected({ source, run, rejected: n, fetched }: Rejections): string {
  return `${source} ${n.toLocaleString('en-US')} (${percent(n / fetched)} of run ${run})`;
}
