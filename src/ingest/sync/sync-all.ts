import { AppError } from '../../errors.ts';
import type { Connector } from '../../sources/connector.ts';
import type { SyncContext, SyncOptions, SyncResult } from './contract.ts';
import { skipped, syncSource } from './sync-source.ts';

type Work = (context: SyncContext, connector: Connector, options: SyncOptions) => Promise<SyncResult>;

/**
 * Syncs one source after the other. One that fails, or that somebody else is syncing, does not stop the others; an abort and
 * a database that fails do. What did not end well is said as it happens.
 * @throws database errors
 */
export async function syncAll(
  context: SyncContext,
  connectors: readonly Connector[],
  options: SyncOptions = {},
  work: Work = syncSource,
): Promise<SyncResult[]> {
  const results: SyncResult[] = [];
  for (const connector of connectors) {
    if (context.signal?.aborted) break;
    const result = await work(context, connector, options).catch((error: unknown) => unlessLocked(connector, error));
    if (result.reason !== null) context.say?.(`${connector.id}: ${result.reason}`);
    results.push(result);
  }
  return results;
}

function unlessLocked(connector: Connector, error: unknown): SyncResult {
  if (error instanceof AppError && error.code === 'locked') return { ...skipped(connector, error.message), error };
  throw error;
}

/** The hosts that could not be reached, when that is why every source that was asked failed; otherwise []. */
export function unreachableHosts(results: readonly SyncResult[], connectors: readonly Connector[]): string[] {
  const asked = results.filter((r) => r.outcome !== 'skipped');
  const hosts = asked.map(({ source, error }) => {
    if (!(error instanceof AppError) || error.code !== 'source_unreachable') return null;
    const { host } = error.context;
    return host === undefined ? (connectors.find((c) => c.id === source)?.hosts ?? []) : [String(host)];
  });
  return hosts.includes(null) ? [] : [...new Set(hosts.flatMap((list) => list ?? []))];
}
