import { vulnerabilitySources } from '../domain/source-id.ts';
import type { Connector, ConnectorSettings } from '../sources/connector.ts';
import { connectors } from '../sources/registry.ts';
import { sourceInfo } from '../sources/source-info.ts';
import type { Schedules } from './schedules.ts';

/** What is known of a source without asking the database. */
export interface KnownSource {
  readonly id: string;
  /** What is synced to bring it; null for what comes from files only. */
  readonly connector: string | null;
  readonly title: string;
  readonly homepage: string | null;
  readonly licence: string | null;
  readonly attribution: string | null;
  readonly schedule: string | null; // cron in UTC; null: by hand only
  readonly needs: string | null; // the setting that is missing
  readonly staleAfterHours: number | null;
}

/** The sources with a feed, in the order in which they are synced, and then those of which there are only files. */
export function knownSources(schedules: Schedules, settings: ConnectorSettings): KnownSource[] {
  const synced = connectors.flatMap((connector) =>
    connector.sources.map((id): KnownSource => {
      const set = schedules.get(connector.id);
      return {
        id,
        connector: connector.id,
        ...about(id, connector),
        schedule: set === undefined ? connector.every : set,
        needs: connector.needs?.(settings) ?? null,
        staleAfterHours: connector.staleAfterHours,
      };
    }),
  );
  const known = new Set(synced.map(({ id }) => id));
  return [...synced, ...vulnerabilitySources.filter((id) => !known.has(id)).map(fromFiles)];
}

/** A source of which nothing is known but that files were loaded in its name. */
export function fromFiles(id: string): KnownSource {
  return { id, connector: null, ...about(id, null), schedule: null, needs: null, staleAfterHours: null };
}

function about(id: string, connector: Connector | null) {
  const info = connector?.id === id ? connector : infoOf(id);
  if (!info) return { title: 'Loaded from files', homepage: null, licence: null, attribution: null };
  const { title, homepage, licence, attribution } = info;
  return { title, homepage: homepage || null, licence, attribution };
}

function infoOf(id: string) {
  const source = vulnerabilitySources.find((one) => one === id);
  return source && sourceInfo[source];
}
