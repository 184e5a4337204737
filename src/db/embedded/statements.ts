import { message, textAt } from './frames.ts';

const copyRefusal = `DO $$BEGIN RAISE EXCEPTION USING
  ERRCODE = 'feature_not_supported',
  MESSAGE = 'The embedded database cannot take COPY … FROM STDIN.',
  HINT = 'Use INSERT statements (pg_dump --inserts writes them), or a PostgreSQL server named by DATABASE_URL.';
END$$`;

/**
 * All clients share one session, and with it the names of prepared statements and the settings. This makes each client's
 * statement names its own, notices changed settings, and refuses what would hang the session.
 */
export class StatementGuard {
  readonly #prefix: string;
  readonly #prepared = new Set<string>();
  /** Whether this client has changed a setting of the session since this was last put to false. */
  changedSettings = false;

  constructor(connectionId: number) {
    this.#prefix = `c${connectionId}_`;
  }

  /** The message as the backend may have it. */
  guard(frame: Buffer): Buffer {
    switch (frame[0]) {
      case 0x51: // Q: simple query
        return this.#query(frame);
      case 0x50: // P: Parse(name, text, …)
        return this.#parse(frame);
      case 0x42: // B: Bind(portal, name, …)
        return this.#renamed(frame, frame.indexOf(0, 5) + 1);
      case 0x44: // D: Describe(kind, name)
      case 0x43: // C: Close(kind, name)
        return frame[5] === 0x53 ? this.#renamed(frame, 6) : frame;
      default:
        return frame;
    }
  }

  /** The messages that forget all statements this client prepared. */
  forget(): Buffer[] {
    return [...this.#prepared].map((name) => message('C', Buffer.from('S'), name));
  }

  #query(frame: Buffer): Buffer {
    const sql = textAt(frame, 5);
    this.#notice(sql);
    return copiesFromClient(sql) ? message('Q', copyRefusal) : frame;
  }

  #parse(frame: Buffer): Buffer {
    const name = textAt(frame, 5);
    const textStart = frame.indexOf(0, 5) + 1;
    const sql = textAt(frame, textStart);
    this.#notice(sql);
    const own = name === '' ? '' : this.#prefix + name;
    if (own) this.#prepared.add(own);
    if (copiesFromClient(sql)) return message('P', own, copyRefusal, Buffer.alloc(2));
    return own ? message('P', own, frame.subarray(textStart)) : frame;
  }

  #renamed(frame: Buffer, at: number): Buffer {
    if (frame[at] === 0) return frame;
    return message(
      String.fromCharCode(frame[0] ?? 0),
      frame.subarray(5, at),
      Buffer.from(this.#prefix),
      frame.subarray(at),
    );
  }

  #notice(sql: string): void {
    if (/(?:^|;)\s*(?:set\s+(?!local\b|transaction\b)|reset\b|discard\b)|\bset_config\s*\(/i.test(sql))
      this.changedSettings = true;
  }
}

function copiesFromClient(sql: string): boolean {
  return /\bfrom\s+stdin\b/i.test(sql) && /(?:^|;)\s*copy\b[^;]*\bfrom\s+stdin\b/i.test(withoutComments(sql));
}

function withoutComments(sql: string): string {
  return sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
}
