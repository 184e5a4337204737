import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type ApiKeyRow, listKeys } from '../../../db/api-keys.ts';
import type { Check, Subject, Verdict } from '../contract.ts';
import { expiryOf } from '../expiry.ts';
import { critical, names, notice, ok, secondsSince, span, warning } from '../verdict.ts';

const day = 86_400;
const expiresSoon = 14 * day;
/** Keys that ended longer ago have been missed by nobody. */
const expiredLately = 30 * day;

/** Who gets in over HTTP. */
export const accessChecks: readonly Check[] = [
  {
    id: 'api.listening',
    about: 'The address that the HTTP API listens on by the settings, and whether what goes over it is encrypted.',
    remedy:
      'Listen on 127.0.0.1 behind a proxy with TLS (`OPENTHREAT_TRUSTED_PROXIES`), or give the server a certificate.',
    needs: 'nothing',
    run: async ({ http }) => [listening(http)],
  },
  {
    id: 'api.certificate',
    about: 'When the certificate of the HTTP server ends (`OPENTHREAT_TLS_CERT`).',
    remedy: 'Renew it and put it in the place of the old one: a running server reads it again by itself.',
    needs: 'nothing',
    run: async ({ http, now }) => (http.certificate === null ? [] : certificate(http.certificate, now)),
  },
  {
    id: 'api.keys',
    about: 'Keys of the HTTP API that end soon or ended lately, and whether there are any where they are needed.',
    remedy: '`openthreat keys create`, hand the new key out, then `openthreat keys revoke` the old one.',
    needs: 'schema',
    run: async ({ db, now, http }) => keys(await listKeys(db), now, http),
  },
];

function listening({ host, isLoopback, publicRead, isEncrypted }: Subject['http']): Verdict {
  if (isLoopback) return ok(`The HTTP API listens on this machine only (${host}).`);
  const found = `The HTTP API listens at ${host}, beyond this machine`;
  if (isEncrypted) return ok(`${found}, behind TLS.`);
  const what = publicRead ? 'Everybody may read, and keys' : 'Keys';
  return warning(
    `${found}, without TLS. ${what} can be read on the way.`,
    'Let it listen on 127.0.0.1 behind a proxy with TLS, and name the proxy in OPENTHREAT_TRUSTED_PROXIES.',
  );
}

async function certificate(file: string, now: Date): Promise<Verdict[]> {
  const expiresAt = new Date(new X509Certificate(await readFile(file)).validTo).toISOString();
  const expiry = expiryOf(`The certificate in ${file}`, expiresAt, now);
  return expiry.length > 0 ? expiry : [ok(`The certificate in ${file} counts until ${expiresAt.slice(0, 10)}.`)];
}

function keys(all: readonly ApiKeyRow[], now: Date, { isLoopback, publicRead }: Subject['http']): Verdict[] {
  const at = now.toISOString();
  const live = all.filter(({ revokedAt }) => revokedAt === null);
  const left = ({ expiresAt }: ApiKeyRow) =>
    expiresAt === null ? Number.POSITIVE_INFINITY : -secondsSince(expiresAt, now);
  const soon = live.filter((key) => left(key) > 0 && left(key) < expiresSoon);
  const ended = live.filter((key) => left(key) <= 0 && left(key) > -expiredLately);
  const valid = live.filter(({ expiresAt }) => expiresAt === null || expiresAt > at);
  const create = 'openthreat keys create';
  return [
    ...(soon.length > 0
      ? [
          warning(
            `Keys end soon: ${names(soon.map((key) => `${label(key)} in ${span(left(key))}`))}.`,
            `Make new ones (${create}) and hand them out.`,
          ),
        ]
      : []),
    ...(ended.length > 0
      ? [
          notice(
            `Keys have ended: ${names(ended.map((key) => `${label(key)} ${span(-left(key))} ago`))}.`,
            `Make new ones (${create}), or revoke them.`,
          ),
        ]
      : []),
    ...(valid.length > 0 || isLoopback ? [] : [nobody(publicRead)]),
    ...(valid.length > 0 && soon.length === 0
      ? [ok(`${valid.length} of ${all.length} keys are valid, and none ends soon.`)]
      : []),
  ];
}

function nobody(publicRead: boolean): Verdict {
  if (publicRead)
    return notice(
      'Everybody may read, and there is no key: nobody can write over HTTP.',
      'Right where nobody should: otherwise openthreat keys create.',
    );
  return critical(
    'The HTTP API wants keys, and there is none that counts: nobody gets in.',
    'Make one: openthreat keys create.',
  );
}

function label({ id, name, role }: ApiKeyRow): string {
  return `${id} (${name}, ${role})`;
}
