import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasContent } from '../../../db/recent-runs.ts';
import { backupsIn } from '../../backup/folder.ts';
import type { Check, Space, Subject, Verdict } from '../contract.ts';
import { critical, notice, ok, percent, secondsSince, size, span, warning } from '../verdict.ts';

const low = { share: 0.1, bytes: 20 * 2 ** 30 };
const veryLow = 2 ** 30;
const day = 86_400;
/** Without a schedule, somebody makes backups by hand: so long may they be apart. */
const oldBackup = 7 * day;
/** A backup is made within this time after its schedule. */
const backupSeconds = 2 * 3600;

/** Disks, backups, Redis. */
export const machineChecks: readonly Check[] = [
  {
    id: 'disk.data',
    about: 'Room on the disk of the data folder: the embedded database, downloads, documents that wait.',
    remedy: 'Free some, or move the folder (`OPENTHREAT_DATA_DIR`).',
    needs: 'nothing',
    run: async ({ dataDir, space }) => [room(`the data folder ${dataDir}`, await space(await existing(dataDir)))],
  },
  {
    id: 'disk.backups',
    about: 'Room on the disk of the folder of backups, when it is another one.',
    remedy: 'Free some, keep fewer (`OPENTHREAT_BACKUP_KEEP`), or move the folder (`OPENTHREAT_BACKUP_DIR`).',
    needs: 'nothing',
    run: async ({ dataDir, backups, space }) => {
      const [ofData, ofBackups] = [await space(await existing(dataDir)), await space(await existing(backups.folder))];
      if (ofData.disk === ofBackups.disk) return [];
      return [room(`the folder of backups ${backups.folder}`, ofBackups)];
    },
  },
  {
    id: 'backup.age',
    about: 'How old the newest backup in `OPENTHREAT_BACKUP_DIR` is, and whether the schedule is kept.',
    remedy: '`openthreat backup`, and `OPENTHREAT_BACKUP_SCHEDULE` with a worker that runs.',
    needs: 'schema',
    run: async (subject) => ((await hasContent(subject.db)) ? [await backupAge(subject)] : []),
  },
  {
    id: 'redis.reachable',
    about: 'Whether Redis answers, when `REDIS_URL` is set.',
    remedy: 'Start it, or correct `REDIS_URL`. Until then every server has a cache and rate limits of its own.',
    needs: 'nothing',
    run: async ({ redis }) => {
      if (redis === null) return [];
      if (await redis()) return [ok('Redis answers.')];
      return [
        warning(
          'Redis does not answer: rate limits and cached results are not shared.',
          'Start it, or correct REDIS_URL.',
        ),
      ];
    },
  },
];

function room(what: string, { free, total }: Space): Verdict {
  const found = `${size(free)} of ${size(total)} are free on the disk of ${what}.`;
  const advice = 'Free some space: without it nothing can be stored.';
  if (free < veryLow) return critical(found, advice);
  if (free < low.bytes && free / total < low.share)
    return warning(`${found} That is ${percent(free / total)}.`, advice);
  return ok(found);
}

/** The folder, or the one above it that is there already. */
async function existing(folder: string): Promise<string> {
  for (let path = folder; ; path = dirname(path)) {
    const isThere = await access(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
    );
    if (isThere || dirname(path) === path) return path;
  }
}

async function backupAge({ backups: { folder, isScheduled, dueAt: due }, now }: Subject): Promise<Verdict> {
  const newest = (await backupsIn(folder))[0];
  const dueAt = due();
  const schedule = 'set OPENTHREAT_BACKUP_SCHEDULE, such as "30 2 * * *", and keep a worker running';
  if (!newest) {
    const elsewhere = 'Backups that other programs make elsewhere cannot be seen from here.';
    return warning(
      `There is no backup in ${folder}.`,
      `Run "openthreat backup"; ${isScheduled ? 'is "openthreat worker" running?' : `${schedule}.`} ${elsewhere}`,
    );
  }
  const age = secondsSince(newest.createdAt, now);
  const found = `The newest backup is ${span(age)} old (${newest.file}, ${size(newest.bytes)}).`;
  const missed = dueAt !== null && newest.createdAt < dueAt && secondsSince(dueAt, now) > backupSeconds;
  if (missed)
    return warning(
      `${found} The schedule wanted one at ${dueAt.slice(0, 16).replace('T', ' ')}.`,
      'Is "openthreat worker" running? Its log says why a backup failed.',
    );
  if (isScheduled) return ok(found);
  if (age > oldBackup) return warning(found, `Run "openthreat backup", or ${schedule}.`);
  return notice(`${found} None is made by itself.`, `To have them made: ${schedule}.`);
}
