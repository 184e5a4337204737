import type { ExportHead, ExportRecord, ExportWriter, MappedTo } from './contract.ts';
import { uriOf } from './uri.ts';

/** When the objects that are in every bundle were made. */
const made = '2024-01-01T00:00:00.000Z';

/**
 * TLP 2.0's CLEAR as OASIS has defined it for everybody.
 * @see https://github.com/oasis-open/cti-stix-common-objects (extension-definition-specifications/tlp-2.0)
 */
const clear = {
  type: 'marking-definition',
  spec_version: '2.1',
  id: 'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487',
  created: '2022-10-01T00:00:00.000Z',
  name: 'TLP:CLEAR',
  extensions: {
    'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d': {
      extension_type: 'property-extension',
      tlp_2_0: 'clear',
    },
  },
} as const;

/**
 * A STIX 2.1 bundle: a vulnerability for each CVE, and the attack patterns that it was mapped to. Ids follow from what
 * the objects are, so that the same CVE is the same object in every bundle.
 * @see https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html
 */
export function stixWriter(head: ExportHead): ExportWriter {
  const objects = new StixObjects(head.uuid);
  const bundle = `bundle--${head.uuid(`bundle ${head.at} ${head.query}`)}`;
  const known = new Set<string>();
  const text = (object: object) => `,\n${JSON.stringify(object)}`;
  return {
    begin: `{"type":"bundle","id":"${bundle}","objects":[\n${objects
      .common()
      .map((o) => JSON.stringify(o))
      .join(',\n')}`,
    write(record) {
      const fresh = record.techniques.filter(({ techniqueId }) => !known.has(techniqueId));
      for (const { techniqueId } of fresh) known.add(techniqueId);
      const all = [
        objects.vulnerability(record),
        ...fresh.map((technique) => objects.attackPattern(technique)),
        ...record.techniques.map((technique) => objects.targets(technique, record)),
      ];
      return { text: all.map(text).join('') };
    },
    middle: () => '',
    end: () => '\n]}\n',
  };
}

class StixObjects {
  readonly #uuid: (name: string) => string;

  constructor(uuid: (name: string) => string) {
    this.#uuid = uuid;
  }

  /** What every bundle begins with: who made it, how it may be shared, and what the extension of vulnerabilities is. */
  common(): object[] {
    return [
      clear,
      {
        type: 'identity',
        spec_version: '2.1',
        id: this.#identity,
        created: made,
        modified: made,
        name: 'OpenThreat',
        identity_class: 'system',
        object_marking_refs: [clear.id],
      },
      {
        ...this.#object('extension-definition', 'vulnerability facts', made, made),
        name: 'OpenThreat: facts of vulnerabilities',
        description: 'Scores, exploitation and weaknesses of a CVE, as merged from its sources.',
        schema: 'https://json-schema.org/draft/2020-12/schema',
        version: '1.0.0',
        extension_types: ['property-extension'],
      },
    ];
  }

  vulnerability(record: ExportRecord): object {
    const [created, modified] = timesOf(record);
    return {
      ...this.#object('vulnerability', record.cveId, created, modified),
      name: record.cveId,
      ...(record.description !== null && { description: record.description }),
      // A CVE that was rejected or taken back is no longer valid.
      ...(record.state !== 'published' && record.state !== 'reserved' && { revoked: true }),
      ...(record.exploited && { labels: ['exploited-in-the-wild'] }),
      external_references: externalReferences(record),
      extensions: { [this.#id('extension-definition', 'vulnerability facts')]: facts(record) },
    };
  }

  attackPattern({ techniqueId, name, modifiedAt }: MappedTo): object {
    const at = modifiedAt ?? made;
    return {
      ...this.#object('attack-pattern', techniqueId, at, at),
      name: name ?? techniqueId,
      external_references: [
        {
          source_name: 'mitre-attack',
          external_id: techniqueId,
          url: `https://attack.mitre.org/techniques/${techniqueId.replace('.', '/')}`,
        },
      ],
    };
  }

  /** That a technique is used against a CVE. */
  targets({ techniqueId, comment }: MappedTo, record: ExportRecord): object {
    const [created, modified] = timesOf(record);
    return {
      ...this.#object('relationship', `${techniqueId} targets ${record.cveId}`, created, modified),
      relationship_type: 'targets',
      ...(comment && { description: comment }),
      source_ref: this.#id('attack-pattern', techniqueId),
      target_ref: this.#id('vulnerability', record.cveId),
    };
  }

  #object(type: string, name: string, created: string, modified: string): object {
    return {
      type,
      spec_version: '2.1',
      id: this.#id(type, name),
      created_by_ref: this.#identity,
      created,
      modified,
      object_marking_refs: [clear.id],
    };
  }

  get #identity(): string {
    return this.#id('identity', 'OpenThreat');
  }

  #id(type: string, name: string): string {
    return `${type}--${this.#uuid(`${type} ${name}`)}`;
  }
}

/** When it was published, and when what is said of it here changed last; never the other way round. */
function timesOf({ publishedAt, createdAt, updatedAt }: ExportRecord): [string, string] {
  const created = publishedAt ?? createdAt;
  return [created, updatedAt < created ? created : updatedAt];
}

function facts(record: ExportRecord): object {
  const said = {
    title: record.title,
    severity: record.severity,
    cvss_score: record.cvssScore,
    cvss_version: record.cvssVersion,
    cvss_vector: record.cvssVector,
    epss: record.epss,
    priority_score: record.priorityScore,
    exploited_in_the_wild: record.exploited,
    exploited_since: record.exploitedSince,
    ransomware: record.ransomware,
    public_exploit: record.publicExploit,
    state: record.state,
  };
  const known = Object.entries(said).filter(([, value]) => value !== null);
  return { extension_type: 'property-extension', ...Object.fromEntries(known) };
}

function externalReferences({ cveId, weaknesses, references }: ExportRecord): object[] {
  return [
    { source_name: 'cve', external_id: cveId, url: `https://www.cve.org/CVERecord?id=${cveId}` },
    ...weaknesses.map((id) => ({ source_name: 'cwe', external_id: id })),
    ...references.flatMap(({ url, name }) => {
      const uri = uriOf(url);
      if (uri === null) return [];
      return [{ source_name: URL.parse(uri)?.hostname || 'reference', ...(name && { description: name }), url: uri }];
    }),
  ];
}
