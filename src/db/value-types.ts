import pg from 'pg';

type Parse = (text: string) => unknown;

const oid = {
  int8: 20,
  int8s: 1016,
  date: 1082,
  dates: 1182,
  timestamptz: 1184,
  timestamptzs: 1185,
  interval: 1186,
  numeric: 1700,
  numerics: 1231,
};

/** How values come out of the database: counts as numbers, times as ISO 8601 in UTC, dates as YYYY-MM-DD. */
const parsers: Readonly<Record<number, Parse>> = {
  [oid.int8]: Number,
  [oid.int8s]: list(Number),
  [oid.numeric]: Number,
  [oid.numerics]: list(Number),
  [oid.date]: String,
  [oid.dates]: list(String),
  [oid.interval]: String,
  [oid.timestamptz]: isoTime,
  [oid.timestamptzs]: list(isoTime),
};

/** The parsers in the form that `pg` takes. */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: (id: number, format?: 'text' | 'binary') => {
    const own = format === 'binary' ? undefined : parsers[id];
    return own ?? pg.types.getTypeParser(id, format as 'text');
  },
};

/** "2021-12-10 10:15:09.143+00" as "2021-12-10T10:15:09.143Z"; "infinity" and years beyond four digits stay as they are. */
export function isoTime(text: string): string {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text);
  if (match) return `${match[1]}T${match[2]}.${(match[3] ?? '').padEnd(3, '0').slice(0, 3)}Z`;
  const time = Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}

/** An array of one dimension whose values hold neither commas nor braces, as numbers and times do. */
function list(parse: Parse): Parse {
  return (text) => {
    const inner = text.slice(1, -1);
    if (inner === '') return [];
    return inner.split(',').map((item) => (item === 'NULL' ? null : parse(item.replaceAll('"', ''))));
  };
}
