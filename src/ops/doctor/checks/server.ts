import { extensions } from '../../../db/entities/extensions.ts';
import { missingExtensions, openDoors, type ServerFacts } from '../../../db/inspect/server-facts.ts';
import type { Check, Examined, Verdict } from '../contract.ts';
import { count, critical, names, notice, ok, percent, size, warning } from '../verdict.ts';

const oldestPostgres = 15;
const oldestNode = 24;
/** At two thousand million PostgreSQL takes no more writes; it begins to prevent that at 200 million by itself. */
const worryingTransactions = 1_000_000_000;
const lastTransactions = 2_000_000_000;

/** Versions, and how the server is set up. */
export const serverChecks: readonly Check[] = [
  {
    id: 'program.version',
    about: 'The versions of openthreat and of Node.js.',
    remedy: `Install Node.js ${oldestNode} or newer.`,
    needs: 'nothing',
    run: async ({ program, node }) => [
      Number(/^v(\d+)/.exec(node)?.[1]) >= oldestNode
        ? ok(`openthreat ${program} on Node.js ${node}.`)
        : critical(`openthreat ${program} runs on Node.js ${node}.`, `It needs Node.js ${oldestNode} or newer.`),
    ],
  },
  {
    id: 'database.version',
    about: 'The version of PostgreSQL, or of the embedded one.',
    remedy: `Move to PostgreSQL ${oldestPostgres} or newer.`,
    needs: 'database',
    run: async ({ server: { version, major } }) => {
      if (major >= oldestPostgres) return [ok(`PostgreSQL ${version}.`)];
      return [critical(`PostgreSQL ${version} is too old.`, `Move to PostgreSQL ${oldestPostgres} or newer.`)];
    },
  },
  {
    id: 'database.size',
    about: 'How much room the database takes.',
    remedy: 'Nothing. SQL cannot say how much room its disk has left: watch that on the machine of the server.',
    needs: 'database',
    run: async ({ kind, server: { bytes } }) => {
      const room = kind === 'embedded' ? '' : ' SQL cannot say what its disk has left: watch that on its machine.';
      return [ok(`The database takes ${size(bytes)}.${room}`)];
    },
  },
  {
    id: 'database.extensions',
    about: 'Whether the extensions are there that indexes need.',
    remedy: '`openthreat setup`, as a user who may create them.',
    needs: 'database',
    run: async ({ db }) => {
      const missing = await missingExtensions(db, extensions);
      if (missing.length === 0) return [ok(`The extensions are there: ${extensions.join(', ')}.`)];
      const advice = 'Run "openthreat setup" as a user who may create extensions.';
      return [critical(`Extensions are missing: ${missing.join(', ')}.`, advice)];
    },
  },
  {
    id: 'database.writable',
    about: 'Whether it can be written to: no standby, and not set read-only.',
    remedy: 'Point `DATABASE_URL` at the primary, or promote this one.',
    needs: 'database',
    run: async ({ server: { isStandby, isReadOnly } }) => {
      if (isStandby)
        return [
          warning(
            'This server is a standby: nothing can be stored.',
            'Set DATABASE_URL to its primary, or promote it (pg_promote).',
          ),
        ];
      if (!isReadOnly) return [ok('It can be written to.')];
      return [
        notice(
          'For this user the database is read-only: nothing can be stored.',
          'Right for one who only reads. Otherwise reset default_transaction_read_only.',
        ),
      ];
    },
  },
  {
    id: 'database.user',
    about: 'Whether the user has more rights than the program needs.',
    remedy: 'Use a user of its own: `openthreat db grants` prints how to make one.',
    needs: 'database',
    run: async ({ kind, server: { user, isSuperuser } }) => {
      if (kind === 'embedded') return [];
      if (!isSuperuser) return [ok(`The user ${user} is no superuser.`)];
      return [
        notice(
          `The user ${user} is a superuser: whoever gets hold of the program has the whole server.`,
          'Give the program a user of its own: "openthreat db grants" prints how.',
        ),
      ];
    },
  },
  {
    id: 'database.listening',
    about:
      'The addresses that PostgreSQL listens on, and whether `pg_hba.conf` lets anybody in (where the user may read it).',
    remedy: 'Narrow `listen_addresses`, switch `ssl` on, and replace `trust` in `pg_hba.conf` by `scram-sha-256`.',
    needs: 'database',
    run: async (subject) => (subject.kind === 'embedded' ? [] : [...(await doors(subject)), listening(subject.server)]),
  },
  {
    id: 'database.wraparound',
    about: 'How far the oldest row is from the end of the transaction numbers.',
    remedy: '`VACUUM FREEZE` before it is at two thousand million: then PostgreSQL takes no more writes.',
    needs: 'database',
    run: async ({ kind, server: { oldestTransactions: n } }) => {
      if (kind === 'embedded' || n < worryingTransactions) return [];
      const found = `The oldest row is ${count(n, 'transaction')} old, ${percent(n / lastTransactions)} of what PostgreSQL can count.`;
      return [
        critical(found, 'End old transactions and run VACUUM FREEZE as the owner; find out why autovacuum does not.'),
      ];
    },
  },
];

function listening({ listenAddresses, offersTls }: ServerFacts): Verdict {
  const beyond = listenAddresses
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '' && !/^(localhost|127\..*|::1)$/.test(address));
  if (beyond.length === 0) return ok('PostgreSQL listens on its own machine only.');
  const found = `PostgreSQL listens at ${names(beyond)}${offersTls ? '' : ', without TLS'}.`;
  if (offersTls) return ok(found);
  return notice(found, 'Let it listen on fewer addresses (listen_addresses), or switch TLS on (ssl = on).');
}

/** Users who may not read the rules are told nothing of them. */
async function doors({ db, server }: Examined): Promise<Verdict[]> {
  const open = server.isSuperuser ? await openDoors(db) : [];
  if (open.length === 0) return [];
  const lines = open.map(({ line, rule }) => `line ${line} (${rule})`);
  return [
    critical(
      `pg_hba.conf lets others in without a password: ${names(lines)}.`,
      'Write scram-sha-256 there in place of trust, and reload PostgreSQL.',
    ),
  ];
}
