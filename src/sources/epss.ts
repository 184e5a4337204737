import { cveId } from '../domain/cve-id.ts';
import type { EpssScore } from '../domain/epss.ts';
import { day, utc } from '../domain/time.ts';
import type { Envelope, Parsed, ScoreFormat } from './contract.ts';
import { isObject, type JsonObject } from './guards.ts';
import { excerpt } from './notes.ts';

const columns: ReadonlySet<string> = new Set(['cve', 'epss', 'percentile']);

/**
 * A day of EPSS: the rows of `epss_scores-YYYY-MM-DD.csv` as objects of texts. The line before the header says of which
 * day they are: `#model_version:v2025.03.14,score_date:2026-01-30T12:55:00Z`. Files of 2021 lack it: their day is the one
 * in their name.
 * @see https://www.first.org/epss/data_stats
 */
export const epss: ScoreFormat = {
  kind: 'score',
  id: 'epss',
  version: 1,
  sources: ['epss'],
  coverage: 'full',
  recognises(value, envelope) {
    if (!isObject(value)) return value === undefined && /^model_version:/.test(commentOf(envelope));
    return 'cve' in value && 'epss' in value && Object.keys(value).every((column) => columns.has(column));
  },
  parse(value, envelope): Parsed<EpssScore> {
    if (!isObject(value)) return rejected('it is not a row with a CVE and its score');
    const id = typeof value.cve === 'string' ? cveId(value.cve) : null;
    if (id === null) return rejected(`${excerpt(value.cve)} is not a CVE id`);
    const score = share(value, 'epss');
    const percentile = share(value, 'percentile');
    if (typeof score === 'string') return rejected(score);
    if (typeof percentile === 'string') return rejected(percentile);
    const scored = scoreDay(envelope);
    if (scored === null) return rejected(noDay);
    return { kind: 'records', records: [{ cveId: id, epss: score, percentile, day: scored }], notes: [] };
  },
  releasedAt: (envelope) => scoreDate(envelope),
};

const noDay =
  'the file does not say of which day it is: its first line should be "#model_version:…,score_date:…", or its name epss_scores-YYYY-MM-DD.csv';

function rejected(reason: string): { kind: 'rejected'; reason: string } {
  return { kind: 'rejected', reason };
}

function commentOf(envelope: Envelope): string {
  return typeof envelope.comment === 'string' ? envelope.comment : '';
}

/** When the model scored, ISO 8601 UTC, or null. */
function scoreDate(envelope: Envelope): string | null {
  const said = /\bscore_date:([^,\s]+)/.exec(commentOf(envelope))?.[1];
  const named =
    typeof envelope.document === 'string' ? /epss_scores-(\d{4}-\d\d-\d\d)\b/.exec(envelope.document) : null;
  return (said === undefined ? null : utc(said)) ?? (named?.[1] === undefined ? null : utc(named[1]));
}

const days = new WeakMap<Envelope, string | null>();

/** The day of the scores; all rows of a document share its envelope. */
function scoreDay(envelope: Envelope): string | null {
  let known = days.get(envelope);
  if (known === undefined) {
    const date = scoreDate(envelope);
    known = date === null ? null : day(date);
    days.set(envelope, known);
  }
  return known;
}

/** The number at `column`, 0–1, also in scientific notation ("2e-05"), or what is wrong with it. */
function share(row: JsonObject, column: string): number | string {
  const text = row[column];
  if (text === undefined || text === '') return `it has no ${column}`;
  const value =
    typeof text === 'string' && /^\s*(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?\s*$/i.test(text) ? Number(text) : NaN;
  return value >= 0 && value <= 1 ? value : `${column} is ${excerpt(text)}, not a number from 0 to 1`;
}
