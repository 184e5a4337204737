/** The rules of STIX 2.1 for the objects that our bundles have, as a reader that keeps to them would check. */

export interface StixObject {
  readonly type: string;
  readonly id: string;
  readonly [property: string]: unknown;
}

interface Bundle {
  readonly type: string;
  readonly id: string;
  readonly objects: readonly StixObject[];
}

export function bundleOf(text: string): Bundle {
  return JSON.parse(text);
}

const common = [
  'type',
  'spec_version',
  'id',
  'created_by_ref',
  'created',
  'modified',
  'revoked',
  'labels',
  'confidence',
];
const more = ['lang', 'external_references', 'object_marking_refs', 'granular_markings', 'extensions'];
/** By type: the properties that must be there, and those that may. */
const properties: Readonly<Record<string, { readonly must: readonly string[]; readonly may: readonly string[] }>> = {
  vulnerability: { must: ['name'], may: ['description'] },
  'attack-pattern': { must: ['name'], may: ['description', 'aliases', 'kill_chain_phases'] },
  identity: { must: ['name'], may: ['description', 'roles', 'identity_class', 'sectors', 'contact_information'] },
  relationship: {
    must: ['relationship_type', 'source_ref', 'target_ref'],
    may: ['description', 'start_time', 'stop_time'],
  },
  'extension-definition': {
    must: ['name', 'schema', 'version', 'extension_types', 'created_by_ref'],
    may: ['description', 'extension_properties'],
  },
  'marking-definition': { must: [], may: ['name', 'definition_type', 'definition'] },
};

const uuid = /^[a-z][a-z0-9-]+--[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
/** Defined by OASIS: they need not be in the bundle. */
const known = ['extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d'];

/** What a bundle does that the specification does not allow. */
export function violations({ type, id, objects, ...rest }: Bundle): string[] {
  const ids = new Set([...objects.map((object) => object.id), ...known]);
  const found: string[] = [];
  if (type !== 'bundle' || !uuid.test(id) || !id.startsWith('bundle--')) found.push('the bundle is none');
  if (Object.keys(rest).length > 0) found.push(`the bundle has ${Object.keys(rest)}`); // 2.1 has no spec_version here
  if (ids.size !== objects.length + known.length) found.push('an id occurs twice');
  return [...found, ...objects.flatMap((object) => ofObject(object, ids).map((fault) => `${object.id}: ${fault}`))];
}

function ofObject(object: StixObject, ids: ReadonlySet<string>): string[] {
  const rules = properties[object.type];
  if (!rules) return ['is of an unknown type'];
  const isMarking = object.type === 'marking-definition';
  const must = [...rules.must, 'type', 'spec_version', 'id', 'created', ...(isMarking ? [] : ['modified'])];
  const allowed = new Set([...common, ...more, ...rules.must, ...rules.may]);
  return [
    ...must.filter((name) => object[name] === undefined || object[name] === '').map((name) => `lacks ${name}`),
    ...Object.keys(object).flatMap((name) => (allowed.has(name) ? [] : [`has ${name}`])),
    ...Object.entries(object).flatMap(([name, value]) => (isEmptyList(value) ? [`${name} is an empty list`] : [])),
    ...(object.spec_version === '2.1' ? [] : ['is of another version']),
    ...(uuid.test(object.id) && object.id.startsWith(`${object.type}--`) ? [] : ['has a wrong id']),
    ...['created', 'modified'].flatMap((name) => {
      const value = object[name];
      return value === undefined || timestamp.test(String(value)) ? [] : [`${name} is no timestamp`];
    }),
    ...(String(object.modified ?? object.created) < String(object.created)
      ? ['was modified before it was created']
      : []),
    ...references(object).flatMap((ref) => (ids.has(ref) ? [] : [`refers to ${ref}, which is not there`])),
    ...externalFaults(object.external_references),
  ];
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function references(object: StixObject): string[] {
  const refs = [object.created_by_ref, object.source_ref, object.target_ref].filter((ref) => typeof ref === 'string');
  const marks = Array.isArray(object.object_marking_refs) ? object.object_marking_refs.map(String) : [];
  return [...refs, ...marks, ...Object.keys(object.extensions ?? {})];
}

/** Each has a name, and a description, an address or an id. */
function externalFaults(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: Record<string, unknown>) => [
    ...(one.source_name ? [] : ['an external reference has no name']),
    ...(one.description || one.url || one.external_id ? [] : ['an external reference says nothing']),
    ...(one.url === undefined || URL.canParse(String(one.url)) ? [] : [`${one.url} is no address`]),
  ]);
}
