import { defineEntity, p } from '@mikro-orm/core';
import { idText, index, list, text, timeNow } from './columns.ts';

/** MITRE ATT&CK's techniques. */
export const techniques = defineEntity({
  name: 'Technique',
  tableName: 'techniques',
  properties: {
    techniqueId: idText().primary(),
    name: text(),
    description: text().nullable(),
    tactics: list<string>(),
    platforms: list<string>(),
    dataSources: list<string>(),
    detection: text().nullable(),
    mitigation: text().nullable(),
    references: list<object>(),
    createdAt: timeNow(),
    updatedAt: timeNow(),
  },
});

/** Which techniques a vulnerability is used with, and who says so. */
export const vulnerabilityTechnique = defineEntity({
  name: 'VulnerabilityTechnique',
  tableName: 'vulnerability_technique',
  properties: {
    cveId: idText().primary(),
    technique: () =>
      p.manyToOne(techniques).primary().joinColumn('technique_id').deleteRule('cascade').updateRule('no action'),
    source: idText().primary(),
    createdAt: timeNow(),
  },
  indexes: [index('ix_vulnerability_technique_technique_id', 'vulnerability_technique', 'using btree (technique_id)')],
});
