import { createHash } from 'node:crypto';

/** Small catalogues in the shapes of MITRE's, for tests that write their own input. */

const mitre = 'identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5';
const chains = { enterprise: 'mitre-attack', mobile: 'mitre-mobile-attack', ics: 'mitre-ics-attack' } as const;
type Domain = keyof typeof chains;

/** The STIX id of an object with this name: always the same. */
export function stixId(type: string, name: string): string {
  const digits = createHash('sha256').update(name).digest('hex');
  return `${type}--${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

export interface TechniqueOptions {
  readonly name?: string;
  readonly description?: string;
  readonly domains?: readonly Domain[];
  readonly tactics?: readonly string[];
  readonly platforms?: readonly string[];
  readonly modified?: string | undefined;
  readonly revoked?: boolean;
  readonly deprecated?: boolean;
  readonly changes?: object;
}

/** An attack-pattern of ATT&CK. */
export function techniqueObject(id: string, options: TechniqueOptions = {}): object {
  const { domains = ['enterprise'], tactics = ['execution'] } = options;
  return {
    type: 'attack-pattern',
    id: stixId('attack-pattern', id),
    created_by_ref: mitre,
    modified: options.modified ?? '2025-04-01T00:00:00.000Z',
    name: options.name ?? `Technique ${id}`,
    description: options.description ?? `Adversaries may do ${id}.`,
    external_references: [
      {
        source_name: 'mitre-attack',
        external_id: id,
        url: `https://attack.mitre.org/techniques/${id.replace('.', '/')}`,
      },
    ],
    kill_chain_phases: domains.flatMap((domain) =>
      tactics.map((phase) => ({ kill_chain_name: chains[domain], phase_name: phase })),
    ),
    x_mitre_domains: domains.map((domain) => `${domain}-attack`),
    x_mitre_platforms: options.platforms ?? ['Linux'],
    x_mitre_is_subtechnique: id.includes('.'),
    revoked: options.revoked ?? false,
    x_mitre_deprecated: options.deprecated ?? false,
    ...options.changes,
  };
}

const types = { G: 'intrusion-set', S: 'malware', M: 'course-of-action' } as const;

/** A group (G0001), a piece of malware (S0001) or a mitigation (M1001). */
export function attackObject(id: string, changes: object = {}): object {
  const type = types[id[0] as keyof typeof types];
  return {
    type,
    id: stixId(type, id),
    created_by_ref: mitre,
    modified: '2025-04-01T00:00:00.000Z',
    name: `Name of ${id}`,
    description: `Words about ${id}.`,
    external_references: [{ source_name: 'mitre-attack', external_id: id, url: `https://attack.mitre.org/x/${id}` }],
    ...changes,
  };
}

/** The STIX id of the object with this id of ATT&CK. */
export function refOf(id: string): string {
  return stixId(id.startsWith('T') ? 'attack-pattern' : types[id[0] as keyof typeof types], id);
}

/** A relationship between objects with these ids of ATT&CK. */
export function relation(from: string, type: string, to: string, description?: string): object {
  return {
    type: 'relationship',
    id: stixId('relationship', `${from} ${type} ${to}`),
    created_by_ref: mitre,
    modified: '2025-04-01T00:00:00.000Z',
    relationship_type: type,
    source_ref: refOf(from),
    target_ref: refOf(to),
    ...(description !== undefined && { description }),
  };
}

/** The objects of a whole matrix: these, its tactics and the matrix itself. */
export function matrix(domain: Domain, objects: readonly object[], tactics = ['execution', 'impact']): object[] {
  const tactic = (shortName: string, i: number) => ({
    type: 'x-mitre-tactic',
    id: stixId('x-mitre-tactic', `${domain} ${shortName}`),
    created_by_ref: mitre,
    modified: '2025-04-01T00:00:00.000Z',
    name: shortName.toUpperCase(),
    description: `To reach ${shortName}.`,
    x_mitre_shortname: shortName,
    x_mitre_domains: [`${domain}-attack`],
    external_references: [
      {
        source_name: 'mitre-attack',
        external_id: `TA${Object.keys(chains).indexOf(domain)}${String(i).padStart(3, '0')}`,
        url: 'https://attack.mitre.org/tactics/x',
      },
    ],
  });
  return [
    {
      type: 'x-mitre-matrix',
      id: stixId('x-mitre-matrix', domain),
      created_by_ref: mitre,
      modified: '2025-04-01T00:00:00.000Z',
      name: `${domain} ATT&CK`,
      tactic_refs: tactics.map((name) => stixId('x-mitre-tactic', `${domain} ${name}`)),
      x_mitre_domains: [`${domain}-attack`],
      external_references: [{ source_name: 'mitre-attack', external_id: `${domain}-attack` }],
    },
    ...tactics.map(tactic),
    ...objects,
  ];
}

/** A STIX bundle of these objects. */
export function bundle(objects: readonly object[]): string {
  return JSON.stringify({ type: 'bundle', id: stixId('bundle', 'x'), objects });
}

const capecMitre = 'identity--e50ab59c-5c4f-4d40-bf6a-d58418d89bcd';

/** An attack pattern of CAPEC. */
export function attackPatternObject(
  id: string,
  related: { readonly weaknesses?: readonly string[]; readonly techniques?: readonly string[] } = {},
  changes: object = {},
): object {
  const { weaknesses = [], techniques = [] } = related;
  return {
    type: 'attack-pattern',
    id: stixId('attack-pattern', id),
    created_by_ref: capecMitre,
    modified: '2023-01-24T00:00:00.000Z',
    name: `Pattern ${id}`,
    description: `An adversary does ${id}.`,
    external_references: [
      { source_name: 'capec', external_id: id, url: `https://capec.mitre.org/data/definitions/${id.slice(6)}.html` },
      ...weaknesses.map((weakness) => ({ source_name: 'cwe', external_id: weakness })),
      ...techniques.map((technique) => ({ source_name: 'ATTACK', external_id: technique })),
    ],
    x_capec_abstraction: 'Standard',
    x_capec_status: 'Stable',
    x_capec_version: '3.9',
    ...changes,
  };
}

/** A mapping of a CVE to a technique. */
export function mapping(cve: string, technique: string, type = 'exploitation_technique', changes: object = {}): object {
  return {
    capability_id: cve,
    attack_object_id: technique,
    mapping_type: type,
    comments: `${cve} is used so.`,
    references: ['https://example.org/report'],
    ...changes,
  };
}

/** The mappings of one matrix; `version` is a day as month/day/year. */
export function mappings(list: readonly object[], domain: Domain = 'enterprise', version = '02/13/2025'): string {
  const metadata = {
    technology_domain: domain,
    attack_version: '15.1',
    mapping_framework: 'kev',
    mapping_framework_version: version,
    mapping_types: {},
  };
  return JSON.stringify({ metadata, mapping_objects: list });
}

/** A weakness as an element of CWE's XML; `inside` is XML. */
export function weaknessXml(id: number, inside = '', attributes = 'Abstraction="Base" Status="Stable"'): string {
  return `<Weakness ID="${id}" Name="Weakness ${id}" ${attributes}><Description>The product does ${id}.</Description>${inside}</Weakness>`;
}

/** CWE's XML. */
export function weaknessCatalogue(weaknesses: readonly string[], date = '2024-07-16', categories = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Weakness_Catalog Name="CWE" Version="4.15" Date="${date}" xmlns="http://cwe.mitre.org/cwe-7" xmlns:xhtml="http://www.w3.org/1999/xhtml">
  <Weaknesses>${weaknesses.join('\n')}</Weaknesses>
  <Categories>${categories}</Categories>
</Weakness_Catalog>
`;
}
