import { threatTypeOf } from '../domain/indicator-threat.ts';
import { abuseCh, cellOf, isOnline, momentIn, partsOf, rowOf } from './abuse-ch.ts';
import type { Connector } from './connector.ts';
import type { IndicatorFormat } from './contract.ts';
import { isObject, urlOf } from './guards.ts';
import { commentHas, contextOf, reportOn, tagsIn, updatedAt } from './indicator-report.ts';
import { newDocuments } from './new-documents.ts';
import { parsed } from './notes.ts';

/**
 * URLs that bring malware: a row of URLhaus' dumps in CSV, as an object of texts. Those of the last 30 days (`csv_recent`), online
 * or not, say nothing of older ones.
 * @see https://urlhaus.abuse.ch/api/#csv
 */
export const urlhaus: IndicatorFormat = {
  kind: 'indicator',
  id: 'urlhaus',
  version: 1,
  sources: ['urlhaus'],
  coverage: 'delta',
  recognises: (value) => isObject(value) && 'url_status' in value && 'urlhaus_link' in value && 'dateadded' in value,
  parse: (value) =>
    parsed((notes) => {
      const row = rowOf(value);
      const threat = cellOf(row, 'threat', notes);
      const link = cellOf(row, 'urlhaus_link', notes);
      return [
        reportOn(cellOf(row, 'url', notes) ?? '', {
          threatType: threat === null ? null : threatTypeOf(threat),
          tags: tagsIn(partsOf(cellOf(row, 'tags', notes))),
          firstSeen: momentIn(row, 'dateadded', notes),
          lastSeen: momentIn(row, 'last_online', notes),
          active: isOnline(cellOf(row, 'url_status', notes)),
          sourceUrl: link === null ? null : urlOf(link, 'urlhaus_link', notes),
          context: contextOf({ id: cellOf(row, 'id', notes), reporter: cellOf(row, 'reporter', notes) }),
        }),
      ];
    }),
};

/** All URLs that are online now (`csv_online`): what is not in it any more is not. Its rows are those of the other dumps. */
export const urlhausOnline: IndicatorFormat = {
  ...urlhaus,
  id: 'urlhaus_online',
  coverage: 'full',
  recognises: (value, envelope) => urlhaus.recognises(value, envelope) && commentHas(envelope, 'online urls only'),
  releasedAt: updatedAt,
};

/** URLhaus, by the list of all URLs that are online. */
export const urlhausFeed: Connector = {
  id: 'urlhaus',
  sources: ['urlhaus'],
  kind: 'indicator',
  coverage: 'full',
  title: 'URLhaus',
  homepage: 'https://urlhaus.abuse.ch/',
  licence: abuseCh.licence,
  attribution: 'Malware URLs: URLhaus by abuse.ch.',
  hosts: ['urlhaus.abuse.ch'],
  every: '13 */2 * * *',
  staleAfterHours: 24,
  fetch: (context) =>
    newDocuments(context, urlhausOnline, [['https://urlhaus.abuse.ch/downloads/csv_online/']], abuseCh.request),
};
