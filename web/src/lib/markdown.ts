import type { VulnerabilityRecord } from '../views/vulnerability/record.ts';
import { day } from './format.ts';

const special = /[\\`*_[\]<>|#]/g;
const text = (value: string) => value.replaceAll(special, '\\$&').replaceAll(/\s+/g, ' ');

/** A record as Markdown, for a ticket or a chat. */
export function markdownOf(record: VulnerabilityRecord, link: string): string {
  const lines = [
    `## [${record.cve_id}](${link})${record.title ? ` ${text(record.title)}` : ''}`,
    '',
    `- Severity: ${record.severity}${record.cvss_score === null ? '' : ` (CVSS ${record.cvss_score.toFixed(1)})`}`,
    `- Priority: ${record.priority_score.toFixed(3)} of 1`,
  ];
  if (record.exploited_in_the_wild)
    lines.push(`- Exploited${record.exploited_since ? ` since ${day(record.exploited_since)}` : ''}`);
  if (record.cisa_due_date) lines.push(`- Due: ${day(record.cisa_due_date)}`);
  if (record.required_action) lines.push(`- To do: ${text(record.required_action)}`);
  if (record.description) lines.push('', text(record.description));
  return `${lines.join('\n')}\n`;
}
