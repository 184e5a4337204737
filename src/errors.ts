/** Everything that can go wrong in a way the user can act on. Each edge (CLI, HTTP) maps the whole list. */
export type ErrorCode =
  | 'invalid_input' // the document or argument the user gave cannot be used
  | 'invalid_query'
  | 'invalid_setting'
  | 'not_found'
  | 'unauthorized' // no key, or none that counts
  | 'forbidden' // the key's role does not allow it
  | 'too_large' // more input than is taken
  | 'rate_limited'
  | 'overloaded' // too much to do just now: try again
  | 'source_malformed' // a feed's document is not what it should be
  | 'source_unreachable'
  | 'database_unreachable'
  | 'database_outdated' // migrations are pending
  | 'database_newer' // migrated by a newer program
  | 'database_full' // no space left, or out of memory
  | 'database_refused' // a permission, a constraint or another statement error
  | 'schema_drift'
  | 'locked' // someone else holds what is needed
  | 'interrupted';

/** An error with a message for the user: what was wrong and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly context: Readonly<Record<string, string | number>>;

  constructor(code: ErrorCode, message: string, context: Record<string, string | number> = {}, cause?: unknown) {
    super(message, { cause });
    this.name = 'AppError';
    this.code = code;
    this.context = context;
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
