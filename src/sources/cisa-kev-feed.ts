import { malformed, parsedJson } from './answers.ts';
import type { Connector, FeedDocument, FetchContext } from './connector.ts';
import { isObject } from './guards.ts';
import { kev } from './kev.ts';
import { sourceInfo } from './source-info.ts';

const url = 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json';

/** CISA's catalogue of known exploited vulnerabilities, always whole. Its count and its age are checked as it is read. */
export const cisaKevFeed: Connector = {
  ...sourceInfo.cisa_kev,
  id: 'cisa_kev',
  sources: ['cisa_kev'],
  kind: 'vulnerability',
  hosts: ['www.cisa.gov'],
  every: '7 */4 * * *',
  staleAfterHours: 24,
  fetch,
};

async function* fetch({ net, state }: FetchContext): AsyncGenerator<FeedDocument> {
  const { etag, lastModified } = isObject(state.validators) ? state.validators : {};
  const answer = await net.download(url, {
    expect: 'json',
    maxBytes: 64 * 1024 * 1024,
    validators: {
      ...(typeof etag === 'string' && { etag }),
      ...(typeof lastModified === 'string' && { lastModified }),
    },
  });
  if (answer.kind === 'unchanged') return;
  if (answer.kind === 'absent') throw malformed(url, 'has no catalogue any more');
  const catalogue = await parsedJson(answer);
  const entries = isObject(catalogue) ? catalogue.vulnerabilities : undefined;
  if (!Array.isArray(entries) || entries.length === 0) throw malformed(url, 'answered a catalogue without entries');
  yield { file: answer.file, url, format: kev, state: { validators: answer.validators } };
}
