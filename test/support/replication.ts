import { type Config, loadConfig } from '../../src/config.ts';
import { upgrade } from '../../src/db/migrate/run.ts';
import { openDatabase } from '../../src/db/open.ts';
import { Cluster, type ClusterOptions } from './clusters.ts';

/** A primary with the schema, and standbys of it, by their names. */
export interface Replication {
  readonly primary: Cluster;
  readonly standbys: readonly Cluster[];
  destroy(): void;
}

/** Starts a primary, migrates its database, and starts standbys that are copies of it. */
export async function replicated(names: readonly string[], options: ClusterOptions = {}): Promise<Replication> {
  const primary = await Cluster.primary(options);
  const standbys: Cluster[] = [];
  const destroy = () => {
    for (const one of [primary, ...standbys]) one.destroy();
  };
  try {
    const database = await openDatabase(loadConfig({ DATABASE_URL: primary.url() }));
    await upgrade(database);
    await database.close();
    for (const name of names) standbys.push(await primary.standby(name));
    return { primary, standbys, destroy };
  } catch (error) {
    destroy();
    throw error;
  }
}

/** The settings of a program that finds the primary among these servers, and reads from `replicas`. */
export function settingsOf(
  servers: readonly Cluster[],
  replicas: readonly Cluster[] = [],
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const hosts = servers.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return {
    DATABASE_URL: `postgresql://postgres@${hosts}/postgres?target_session_attrs=read-write`,
    DATABASE_REPLICA_URLS: replicas.map((one) => one.url()).join(','),
    ...more,
  };
}

/** The same, read. */
export function configOf(...args: Parameters<typeof settingsOf>): Config {
  return loadConfig(settingsOf(...args));
}
