import type { Database, Db } from '../../db/database.ts';
import type { ConnectionFacts } from '../../db/inspect/connection-facts.ts';
import type { ServerFacts } from '../../db/inspect/server-facts.ts';
import type { SessionLimits } from '../../db/inspect/sessions.ts';
import type { Catalogue } from '../../db/migrate/catalogue.ts';
import type { RetentionLimits } from '../retention.ts';

/** The worst last. `notice`: worth knowing. `warning`: will do harm. `critical`: does harm now, or is open to anybody. */
export const severities = ['ok', 'notice', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** What a check found. */
export interface Verdict {
  readonly severity: Severity;
  readonly found: string;
  /** What to do; null when nothing is to be done. */
  readonly advice: string | null;
}

export interface Finding extends Verdict {
  /** Of the check: stays the same between versions. */
  readonly id: string;
}

/** How a source fares, as far as the doctor wants to know. */
export interface SourceStatus {
  readonly id: string;
  readonly connector: string | null;
  readonly health: string;
  readonly attention: boolean;
  readonly schedule: string | null;
  readonly needs: string | null;
  readonly ageHours: number | null;
  readonly staleAfterHours: number | null;
  readonly nextRunAt: string | null;
  readonly failingSince: string | null;
  readonly lastError: string | null;
  readonly held: { readonly since: string; readonly why: string; readonly file: string } | null;
  readonly syncing: boolean;
}

/** Room on the disk that holds a folder, in bytes. */
export interface Space {
  readonly free: number; // for this user
  readonly total: number;
  /** Which disk it is: the same number for folders on the same one. */
  readonly disk: number;
}

/** What is looked at, beside the database. */
export interface Subject {
  readonly now: Date;
  readonly program: string; // its version
  readonly node: string; // v24.1.0
  readonly kind: Database['kind'];
  readonly where: string; // the database, without secrets
  readonly dataDir: string;
  readonly backups: {
    readonly folder: string;
    readonly isScheduled: boolean;
    /** When the schedule last wanted one (ISO 8601 UTC); null without a schedule. @throws AppError `invalid_setting` */
    readonly dueAt: () => string | null;
  };
  readonly http: {
    readonly host: string;
    readonly isLoopback: boolean;
    readonly publicRead: boolean;
    /** TLS ends here, or at a proxy that is trusted. */
    readonly isEncrypted: boolean;
    /** The file of the server's certificate; null: there is none. */
    readonly certificate: string | null;
  };
  readonly retention: RetentionLimits;
  readonly limits: Limits;
  readonly space: (folder: string) => Promise<Space>;
  /** Whether Redis answers; null when none is set. */
  readonly redis: (() => Promise<boolean>) | null;
  readonly sources: (db: Db) => Promise<readonly SourceStatus[]>;
  readonly connection: (db: Database) => Promise<ConnectionFacts>;
  readonly expectedSchema: () => Promise<Catalogue>;
}

/** With a database that answers. */
export interface Examined extends Subject {
  readonly db: Database;
  readonly server: ServerFacts;
}

interface Described {
  readonly id: string;
  /** What it looks at, for the handbook. */
  readonly about: string;
  /** What to do when it finds something, for the handbook. */
  readonly remedy: string;
}

/**
 * One thing to look at. `needs`: `nothing`; a `database` that answers; or one that has the `schema` of this program. A
 * check that makes no sense where it is returns nothing.
 */
export type Check = Described &
  (
    | { readonly needs: 'nothing'; readonly run: (subject: Subject) => Promise<readonly Verdict[]> }
    | { readonly needs: 'database' | 'schema'; readonly run: (subject: Examined) => Promise<readonly Verdict[]> }
  );

/** What may be before the doctor speaks of it. */
export interface Limits extends SessionLimits {
  /** How far a standby may be behind. */
  readonly lagBytes: number;
  readonly lagSeconds: number;
}

export const usualLimits: Limits = {
  workingSeconds: 300,
  idleSeconds: 300,
  waitingSeconds: 60,
  lagBytes: 256 * 2 ** 20,
  lagSeconds: 60,
};
