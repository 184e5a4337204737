import type { ErrorCode } from '../errors.ts';

/** What the process ends with. 0 is success; 1 an error that is ours; the rest tell scripts what happened. */
export const exitCodes = {
  invalid_input: 2,
  invalid_query: 2,
  invalid_setting: 2,
  not_found: 3,
  unauthorized: 12,
  forbidden: 12,
  too_large: 2,
  rate_limited: 13,
  overloaded: 13,
  source_malformed: 4,
  source_unreachable: 5,
  database_unreachable: 6,
  database_outdated: 7,
  database_newer: 7,
  database_full: 8,
  database_refused: 9,
  schema_drift: 10,
  locked: 11,
  interrupted: 130,
} as const satisfies Record<ErrorCode, number>;

/** What `ioc check --fail` ends with when something known was found: no code of an error. */
export const foundExitCode = 20;

/** What `doctor` ends with when the worst that it found is of this severity: no codes of errors. */
export const doctorExitCodes = { warning: 21, critical: 22 } as const;
