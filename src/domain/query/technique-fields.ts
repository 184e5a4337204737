import { attackDomains } from '../catalogue.ts';
import { cveId } from '../cve-id.ts';
import type { Field, Language } from './fields.ts';

/** What ATT&CK's techniques can be searched by. */
const fields: readonly Field[] = [
  {
    name: 'technique',
    aliases: ['id'],
    type: 'id',
    spell: techniqueId,
    meaning: 'a technique with its sub-techniques',
    example: 'T1059',
  },
  { name: 'name', type: 'words', meaning: 'words of the name', example: 'injection' },
  {
    name: 'text',
    aliases: ['description'],
    type: 'words',
    meaning: 'words of the name and the description',
    example: '"scheduled task"',
  },
  { name: 'detection', type: 'words', meaning: 'words on how to detect it', example: 'lsass' },
  { name: 'mitigation', type: 'words', meaning: 'words on what to do against it', example: '"multi-factor"' },
  { name: 'tactic', type: 'name', wildcards: true, meaning: 'a tactic, by its short name', example: 'initial-access' },
  { name: 'platform', type: 'name', wildcards: true, meaning: 'where it is used', example: 'windows' },
  {
    name: 'data',
    aliases: ['data_source'],
    type: 'name',
    wildcards: true,
    meaning: 'where it can be seen',
    example: '"process creation"',
  },
  {
    name: 'domain',
    aliases: ['matrix'],
    type: 'choice',
    choices: attackDomains,
    meaning: 'the matrix that it is in',
    example: 'enterprise',
  },
  { name: 'parent', type: 'id', spell: techniqueId, meaning: 'the technique of a sub-technique', example: 'T1059' },
  {
    name: 'state',
    type: 'choice',
    choices: ['active', 'deprecated', 'revoked', 'withdrawn'],
    meaning: 'whether it stands',
    example: 'active',
  },
  {
    name: 'actor',
    aliases: ['group', 'software'],
    type: 'name',
    meaning: 'a group or software that uses it, by its id or one of its names',
    example: 'G0016',
  },
  { name: 'cve', type: 'id', spell: cveId, meaning: 'a CVE that is mapped to it', example: 'CVE-2021-44228' },
  {
    name: 'cves',
    type: 'number',
    min: 0,
    max: 1_000_000,
    meaning: 'how many CVEs are mapped to it or its sub-techniques',
    example: '>=10',
  },
  { name: 'modified', aliases: ['updated'], type: 'date', meaning: 'when it last changed', example: '>2024' },
];

/** The language of searches for techniques. */
export const techniqueLanguage: Language = { fields, idPart: techniqueId };

function techniqueId(text: string): string | null {
  const id = text.trim().toUpperCase();
  return /^T\d{4}(\.\d{3})?$/.test(id) ? id : null;
}
