import type { Db } from '../../db/database.ts';
import { isReadOnly } from '../../db/errors.ts';
import { messageOf } from '../../errors.ts';
import { AuditEntry, type Ended, type Told } from '../../ops/audit.ts';

const windowMs = 60_000;

/** Different ones that are written down within a minute; more are counted together. */
const mostKinds = 500;

interface Kind {
  readonly told: Told;
  readonly ended: Ended;
  times: number;
}

/**
 * Who was not allowed to change something. The first of a kind is written down at once; the same again within the minute is
 * counted, and written down as one when it is over: nobody may fill the table by asking.
 */
export class Refusals {
  readonly #db: Db;
  readonly #say: (text: string) => void;
  #kinds = new Map<string, Kind>();
  #timer: NodeJS.Timeout | undefined;
  #mayWrite = true;

  constructor(db: Db, say: (text: string) => void) {
    this.#db = db;
    this.#say = say;
  }

  /** Never throws: the request was refused, whether that can be written down or not. */
  async note(told: Told, ended: Ended): Promise<void> {
    const isFull = this.#kinds.size >= mostKinds;
    const which = isFull ? [] : [told.origin, told.keyId, told.action, told.target, ended.errorCode];
    const key = JSON.stringify(which);
    const known = this.#kinds.get(key);
    if (known) {
      known.times++;
      return;
    }
    const kind = isFull ? { ...told, who: null, keyId: null, origin: null, requestId: null } : told;
    this.#kinds.set(key, { told: kind, ended, times: 0 });
    this.#timer ??= setTimeout(() => void this.#endWindow(), windowMs).unref();
    await this.#write(kind, ended);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#endWindow();
  }

  async #endWindow(): Promise<void> {
    this.#timer = undefined;
    const kinds = [...this.#kinds.values()];
    this.#kinds = new Map();
    for (const { told, ended, times } of kinds) {
      if (times > 0) await this.#write({ ...told, requestId: null, arguments: { times } }, ended);
    }
  }

  async #write(told: Told, ended: Ended): Promise<void> {
    if (!this.#mayWrite) return;
    try {
      await new AuditEntry(told).end(this.#db, { ...ended, state: 'refused' });
    } catch (error) {
      if (isReadOnly(error)) this.#mayWrite = false;
      this.#say(`Refused requests cannot be written into the audit log: ${messageOf(error)}`);
    }
  }
}
