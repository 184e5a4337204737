import type { Connector } from './connector.ts';
import type { IndicatorFormat } from './contract.ts';
import { commentHas, reportOn, updatedAt } from './indicator-report.ts';
import { newDocuments } from './new-documents.ts';
import { excerpt, parsed, Rejection } from './notes.ts';

const line = /^(\S+)\s+(\d{1,6})$/;

/**
 * Addresses with the number of lists that have them: a line of IPsum, the whole of which is made anew every day.
 * @see https://github.com/stamparm/ipsum
 */
export const ipsum: IndicatorFormat = {
  kind: 'indicator',
  id: 'ipsum',
  version: 1,
  sources: ['ipsum'],
  coverage: 'full',
  recognises: (value, envelope) => typeof value === 'string' && line.test(value) && commentHas(envelope, 'ipsum'),
  parse: (value) =>
    parsed(() => {
      const [, address, count] = (typeof value === 'string' ? line.exec(value) : null) ?? [];
      if (address === undefined) throw new Rejection(`${excerpt(value)} is no address with a number of lists`);
      const lists = Number(count);
      const said = { threatType: 'suspicious', confidence: confidenceOf(lists), active: true, context: { lists } };
      return [reportOn(address, said)];
    }),
  releasedAt: updatedAt,
};

/** Each list is taken to be right about one address in four by itself: ten of them leave little doubt. */
function confidenceOf(lists: number): number {
  return Math.round((1 - 0.75 ** lists) * 100) / 100;
}

export const ipsumFeed: Connector = {
  id: 'ipsum',
  sources: ['ipsum'],
  kind: 'indicator',
  coverage: 'full',
  title: 'IPsum',
  homepage: 'https://github.com/stamparm/ipsum',
  licence: 'Unlicense',
  attribution: 'Suspicious addresses: IPsum by Miroslav Stampar.',
  hosts: ['raw.githubusercontent.com'],
  every: '17 4,16 * * *',
  staleAfterHours: 72,
  fetch: (context) =>
    newDocuments(context, ipsum, [['https://raw.githubusercontent.com/stamparm/ipsum/master/ipsum.txt']], {
      expect: 'text',
      maxBytes: 256 * 1024 * 1024,
    }),
};
