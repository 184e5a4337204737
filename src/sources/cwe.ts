import type { Consequence, Weakness } from '../domain/catalogue.ts';
import { tidyLines } from '../domain/plain-text.ts';
import { utc } from '../domain/time.ts';
import { cweId } from '../domain/weakness.ts';
import type { Connector } from './connector.ts';
import type { CatalogueFormat } from './contract.ts';
import { isObject, shortTextOf, textOf } from './guards.ts';
import { newDocuments } from './new-documents.ts';
import { type Notes, parsed, Rejection } from './notes.ts';
import { childrenOf, isXmlElement, textsWithin, type XmlElement } from './xml-element.ts';

const kinds = new Set(['Weakness', 'Category', 'View']);
/** Of the hierarchies of CWE the one for research is whole; the others choose from it. */
const research = '1000';

/**
 * CWE's weaknesses, categories and views: elements of its XML.
 * @see https://cwe.mitre.org/documents/schema/
 */
export const cwe: CatalogueFormat<Weakness> = {
  kind: 'catalogue',
  id: 'cwe',
  version: 1,
  sources: ['cwe'],
  coverage: 'full',
  recognises: (value, envelope) => isXmlElement(value) && kinds.has(value.element) && envelope.Name === 'CWE',
  parse: (value) => parsed((notes) => [weaknessOf(value, notes)]),
  assemble(entries, envelope) {
    const { Version, Date: date } = envelope;
    if (!entries.some((w) => w.abstraction !== 'category' && w.abstraction !== 'view'))
      return { wrong: 'holds no weakness: nothing was taken from it' };
    const part = {
      part: 'all',
      version: typeof Version === 'string' ? Version : null,
      releasedAt: typeof date === 'string' ? utc(date) : null,
      whole: true,
      records: entries.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    };
    return { parts: [part] };
  },
};

function weaknessOf(value: unknown, notes: Notes): Weakness {
  if (!isObject(value) || !isXmlElement(value) || !kinds.has(value.element))
    throw new Rejection('it is no weakness, category or view of CWE');
  const { attributes } = value;
  const id = cweId(`CWE-${attributes.ID}`);
  if (id === null) throw new Rejection('the weakness has no CWE id');
  const name = shortTextOf(attributes.Name, 'Name', notes);
  if (name === null) throw new Rejection(`${id} has no name`);
  const text = (field: string) => linesOf(childrenOf(value, field)[0], field, notes);
  const descriptions = ['Description', 'Summary', 'Objective', 'Extended_Description'].flatMap((f) => text(f) ?? []);
  return {
    kind: 'weakness',
    id,
    name,
    description: descriptions.join('\n\n') || null,
    abstraction: value.element === 'Weakness' ? wordOf(attributes.Abstraction, notes) : value.element.toLowerCase(),
    state: /^(?:deprecated|obsolete)$/i.test(attributes.Status ?? '') ? 'deprecated' : 'active',
    likelihood: wordOf(text('Likelihood_Of_Exploit'), notes),
    parentIds: parentsOf(value),
    attackPatternIds: attackPatternsOf(value),
    consequences: childrenOf(value, 'Common_Consequences', 'Consequence').map((c) => consequenceOf(c, notes)),
    mitigations: mitigationsOf(value, notes),
    url: `https://cwe.mitre.org/data/definitions/${id.slice('CWE-'.length)}.html`,
  };
}

/** The reader has taken the markup out: what looks like it now is meant so, as in `<script>`. */
function linesOf(element: XmlElement | undefined, field: string, notes: Notes): string | null {
  const text = textOf(element?.text, field, notes);
  return text === null ? null : tidyLines(text) || null;
}

function wordOf(value: unknown, notes: Notes): string | null {
  return shortTextOf(value, 'attribute', notes, 100)?.toLowerCase() ?? null;
}

function parentsOf(weakness: XmlElement): readonly string[] {
  const parents = childrenOf(weakness, 'Related_Weaknesses', 'Related_Weakness')
    .map((r) => r.attributes)
    .filter((a) => a.Nature === 'ChildOf')
    .toSorted((a, b) => Number(b.View_ID === research) - Number(a.View_ID === research));
  return [...new Set(parents.flatMap((a) => cweId(`CWE-${a.CWE_ID}`) ?? []))];
}

function attackPatternsOf(weakness: XmlElement): readonly string[] {
  const ids = childrenOf(weakness, 'Related_Attack_Patterns', 'Related_Attack_Pattern').map(
    (r) => r.attributes.CAPEC_ID,
  );
  return [...new Set(ids.flatMap((id) => (id !== undefined && /^\d{1,5}$/.test(id) ? `CAPEC-${Number(id)}` : [])))];
}

function consequenceOf(element: XmlElement, notes: Notes): Consequence {
  const note = linesOf(childrenOf(element, 'Note')[0], 'Note', notes);
  return {
    scopes: textsWithin(element, 'Scope', notes),
    impacts: textsWithin(element, 'Impact', notes),
    ...(note !== null && { note }),
  };
}

/** Each with the phases that it belongs to: 'Implementation: Use …'. */
function mitigationsOf(weakness: XmlElement, notes: Notes): readonly string[] {
  return childrenOf(weakness, 'Potential_Mitigations', 'Mitigation').flatMap((m) => {
    const text = linesOf(childrenOf(m, 'Description')[0], 'Mitigation', notes);
    const phases = textsWithin(m, 'Phase', notes).join(', ');
    return text === null ? [] : phases === '' ? text : `${phases}: ${text}`;
  });
}

/** CWE's newest release. */
export const cweFeed: Connector = {
  id: 'cwe',
  sources: ['cwe'],
  kind: 'catalogue',
  coverage: 'full',
  title: 'CWE',
  homepage: 'https://cwe.mitre.org/',
  licence: 'CWE Terms of Use (https://cwe.mitre.org/about/termsofuse.html)',
  attribution: 'CWE™: © The MITRE Corporation, used under the CWE Terms of Use.',
  hosts: ['cwe.mitre.org'],
  every: '30 4 * * 1',
  staleAfterHours: 15 * 24,
  fetch: (context) => newDocuments(context, cwe, [['https://cwe.mitre.org/data/xml/cwec_latest.xml.zip']], {}),
};
