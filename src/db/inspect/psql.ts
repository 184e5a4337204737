import type { Config } from '../../config.ts';
import { describeAddress, type PostgresAddress } from '../../database-url.ts';
import type { Database } from '../database.ts';

/** The address of a database as other clients reach it. */
function addressOf(config: Config, database: Database): PostgresAddress {
  const { server } = database;
  const at = { host: server.host ?? '', port: server.port ?? 5432 };
  return (
    config.postgres ?? {
      ...at,
      hosts: [at],
      target: 'any',
      user: 'openthreat',
      password: null,
      database: 'openthreat',
      sslMode: 'disable',
      sslRootCert: null,
      sslCert: null,
      sslKey: null,
    }
  );
}

/** The URL for other clients, without the password. */
export function databaseUrl(config: Config, database: Database): string {
  return describeAddress(addressOf(config, database));
}

/** The environment that makes PostgreSQL's own programs connect there. The password goes this way because arguments are public. */
export function libpqEnvironment(config: Config, database: Database): Record<string, string> {
  const address = addressOf(config, database);
  const password = address.password?.reveal() ?? String(database.server.password ?? '');
  return {
    PGHOST: address.hosts.map(({ host }) => host).join(','),
    PGPORT: address.hosts.map(({ port }) => port).join(','),
    PGTARGETSESSIONATTRS: address.target,
    PGUSER: address.user,
    PGDATABASE: address.database,
    PGSSLMODE: address.sslMode,
    PGAPPNAME: 'openthreat',
    ...(password ? { PGPASSWORD: password } : {}),
    ...(address.sslRootCert ? { PGSSLROOTCERT: address.sslRootCert } : {}),
    ...(address.sslCert ? { PGSSLCERT: address.sslCert } : {}),
    ...(address.sslKey ? { PGSSLKEY: address.sslKey } : {}),
  };
}
