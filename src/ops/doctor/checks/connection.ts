import ipaddr from 'ipaddr.js';
import type { ConnectionFacts } from '../../../db/inspect/connection-facts.ts';
import type { Check, Examined, Verdict } from '../contract.ts';
import { expiryOf } from '../expiry.ts';
import { critical, notice, ok, warning } from '../verdict.ts';

const slowMs = 20;
const verySlowMs = 200;

/** How far a server is, as the network goes. */
type Distance = 'machine' | 'private' | 'public';

/** How the program and the database reach each other. */
export const connectionChecks: readonly Check[] = [
  {
    id: 'database.round-trip',
    about: 'How long the shortest question takes, the best of five.',
    remedy: 'Bring program and database closer together: a search asks several questions one after the other.',
    needs: 'database',
    run: async ({ db }) => [roundTrip(await bestRoundTrip(db))],
  },
  {
    id: 'database.tls',
    about:
      'Whether the connection is encrypted, whether it should be, who is at its other end, when the certificate ends.',
    remedy: 'Switch TLS on in the server and set `sslmode=verify-full&sslrootcert=FILE` in `DATABASE_URL`.',
    needs: 'database',
    run: async (subject) => (subject.kind === 'embedded' ? [] : tls(await facts(subject), subject.now)),
  },
  {
    id: 'database.password',
    about: 'Whether the server lets this user in without a password, or with one that everybody tries first.',
    remedy:
      'Ask for `scram-sha-256` in `pg_hba.conf` and give the user a long random password (`ALTER ROLE … PASSWORD`).',
    needs: 'database',
    run: async (subject) => (subject.kind === 'embedded' ? [] : password(await facts(subject))),
  },
];

async function facts(subject: Examined): Promise<ConnectionFacts> {
  return subject.connection(subject.db);
}

async function bestRoundTrip(db: Examined['db']): Promise<number> {
  const connection = await db.connect();
  try {
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 5; i++) {
      const begin = performance.now();
      await connection.query('SELECT 1');
      best = Math.min(best, performance.now() - begin);
    }
    return best;
  } finally {
    connection.release();
  }
}

function roundTrip(ms: number): Verdict {
  const found = `It answers in ${ms.toFixed(1)} ms.`;
  if (ms < slowMs) return ok(found);
  const advice =
    'Run the program nearer to its database, or look at what keeps the server busy: openthreat db activity.';
  return ms < verySlowMs ? notice(found, advice) : warning(found, advice);
}

function tls({ tls: used, address, sslMode }: ConnectionFacts, now: Date): Verdict[] {
  const distance = distanceOf(address);
  if (used === null) return [unencrypted(distance)];
  const expiry = used.expiresAt === null ? [] : expiryOf('The certificate of PostgreSQL', used.expiresAt, now);
  if (used.verified)
    return [ok(`The connection is encrypted (${used.protocol}) and the certificate checked (${sslMode}).`), ...expiry];
  const found = `The connection is encrypted (${used.protocol}), but nobody checks whose certificate it is (sslmode=${sslMode}).`;
  const advice = 'Set sslmode=verify-full and sslrootcert=FILE in DATABASE_URL.';
  return [distance === 'public' ? warning(found, advice) : notice(found, advice), ...expiry];
}

function unencrypted(distance: Distance): Verdict {
  if (distance === 'machine') return ok('The connection does not leave this machine and is not encrypted.');
  const advice =
    'Switch TLS on in the server (ssl = on) and set sslmode=verify-full and sslrootcert=FILE in DATABASE_URL.';
  if (distance === 'public') return critical('The connection goes over public networks and is not encrypted.', advice);
  return notice(
    'The connection is not encrypted.',
    `Fine on a network inside one machine, such as that of containers. Otherwise: ${advice}`,
  );
}

function password({ password: used, address }: ConnectionFacts): Verdict[] {
  const distance = distanceOf(address);
  if (used === 'own') return [ok('The server asks for a password, and it is none that everybody tries.')];
  if (used === 'guessable') {
    const found = "The user's password is its own name, or one that everybody tries first.";
    const advice = 'Give it a long random one: ALTER ROLE … PASSWORD, and the same in DATABASE_URL.';
    return [distance === 'machine' ? warning(found, advice) : critical(found, advice)];
  }
  // By a socket the operating system says who it is (peer), which is as good as a password.
  if (address === null) return [];
  const found = 'The server lets this user in without a password.';
  const advice = 'Ask for scram-sha-256 in pg_hba.conf, and set a password: ALTER ROLE … PASSWORD.';
  return [
    distance === 'machine'
      ? notice(`${found} Every program of this machine can be it.`, advice)
      : critical(found, advice),
  ];
}

function distanceOf(address: string | null): Distance {
  if (address === null) return 'machine';
  const range = ipaddr.process(address).range();
  if (range === 'loopback') return 'machine';
  return range === 'private' || range === 'uniqueLocal' || range === 'linkLocal' ? 'private' : 'public';
}
