import type { IndicatorReport } from '../domain/indicator.ts';
import type { Envelope, IndicatorFormat, Parsed } from './contract.ts';
import { familyOf, reportOn, type SaidOfIndicator } from './indicator-report.ts';
import { parsed, Rejection } from './notes.ts';

/** A hosts file sends names to one of these. */
const hostsLine = /^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+(\S+)/;
const comment = /\s+[#;].*$/;
const count = /\s+\d{1,9}$/;

/**
 * A line of a plain list: one indicator, and after it at most a comment or a number. The source is the label of the ingest. Lists
 * of one family of malware each, in a folder named `malware`, are taken at their names' word, as Maltrail has them.
 * @see https://github.com/stamparm/maltrail/tree/master/trails/static/malware
 */
export const indicatorList: IndicatorFormat = {
  kind: 'indicator',
  id: 'indicator_list',
  version: 1,
  sources: [],
  coverage: 'delta',
  recognises: (value) => typeof value === 'string',
  parse(value, envelope): Parsed<IndicatorReport> {
    return parsed(() => {
      if (typeof value !== 'string') throw new Rejection('it is not a line of a list');
      return [reportOn(entryOf(value), saidBy(envelope))];
    });
  },
};

function entryOf(line: string): string {
  if (!/[\s;#]/.test(line)) return line;
  const text = line.replace(comment, '').trim();
  return hostsLine.exec(text)?.[1] ?? text.replace(count, '');
}

const names = new WeakMap<Envelope, SaidOfIndicator>();

/** What the name of the list says of all that is in it; the records of a document share its envelope. */
function saidBy(envelope: Envelope): SaidOfIndicator {
  let said = names.get(envelope);
  if (!said) {
    said = typeof envelope.document === 'string' ? familyList(envelope.document) : {};
    names.set(envelope, said);
  }
  return said;
}

/** `malware/elf_mozi-2.txt` is the second list of Mozi, for Linux. */
function familyList(document: string): SaidOfIndicator {
  const [, kind, name] =
    /(?:^|[/\\ ])malware[/\\](?:(apt|android|elf|ios|osx)_)?([^/\\›]+?)(?:-\d+)?\.(?:txt|lst|list)$/i.exec(document) ??
    [];
  if (name === undefined) return {};
  const family = /^generic/i.test(name) ? null : familyOf(name);
  return { malware: family, tags: kind === undefined ? [] : [kind.toLowerCase()] };
}
