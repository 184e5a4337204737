import { assembleAttack } from './attack-assemble.ts';
import { attackObject, isOfAttack } from './attack-objects.ts';
import type { AttackObject } from './attack-types.ts';
import type { Connector } from './connector.ts';
import type { CatalogueFormat } from './contract.ts';
import { newDocuments } from './new-documents.ts';
import { parsed } from './notes.ts';

/**
 * MITRE ATT&CK: STIX 2.0 and 2.1 bundles of one matrix each, or of several.
 * @see https://github.com/mitre-attack/attack-stix-data/blob/master/USAGE.md
 */
export const attack: CatalogueFormat<AttackObject> = {
  kind: 'catalogue',
  id: 'attack',
  version: 1,
  sources: ['mitre_attack'],
  coverage: 'full',
  recognises: isOfAttack,
  parse: (value) => parsed((notes) => [attackObject(value, notes)]),
  assemble(objects) {
    const parts = assembleAttack(objects);
    if (!parts.some((p) => p.whole) && objects.some((o) => o.kind === 'report'))
      return { wrong: 'holds observations beside what it takes from ATT&CK: load it with --format stix' };
    if (parts.length === 0) return { wrong: 'holds no technique of ATT&CK: nothing was taken from it' };
    return { parts };
  },
};

const site = 'https://raw.githubusercontent.com/mitre-attack/attack-stix-data/master';

/** ATT&CK's three matrices, in the newest release. */
export const attackFeed: Connector = {
  id: 'mitre_attack',
  sources: ['mitre_attack'],
  kind: 'technique',
  coverage: 'full',
  title: 'MITRE ATT&CK',
  homepage: 'https://attack.mitre.org/',
  licence: 'ATT&CK Terms of Use (https://attack.mitre.org/resources/legal-and-branding/terms-of-use/)',
  attribution:
    '© The MITRE Corporation. ATT&CK® is reproduced and distributed with the permission of The MITRE Corporation.',
  hosts: ['raw.githubusercontent.com'],
  every: '20 4 * * *',
  staleAfterHours: 3 * 24,
  fetch: (context) =>
    newDocuments(
      context,
      attack,
      ['enterprise', 'mobile', 'ics'].map((matrix) => [`${site}/${matrix}-attack/${matrix}-attack.json`]),
      { expect: 'json' },
    ),
};
