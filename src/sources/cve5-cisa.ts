import type { Ssvc } from '../domain/record.ts';
import { dayOf, isObject, type JsonObject, momentOf, objectOf, objectsOf, urlOf } from './guards.ts';
import type { Notes } from './notes.ts';

/** The contents of the container's metrics of a kind, 'ssvc' or 'kev', in order. */
function contentsOf(container: JsonObject, type: string, notes: Notes): readonly JsonObject[] {
  const contents: JsonObject[] = [];
  for (const metric of objectsOf(container.metrics, 'metrics', notes)) {
    const other = metric.other;
    if (!isObject(other) || other.type !== type) continue;
    const content = objectOf(other.content, `metrics.${type}`, notes);
    if (content) contents.push(content);
  }
  return contents;
}

/** CISA's word that the CVE is in its catalogue of known exploited vulnerabilities. */
export function kevOf(
  container: JsonObject,
  notes: Notes,
): { readonly since: string | null; readonly reference: string | null } | null {
  const content = contentsOf(container, 'kev', notes).at(-1);
  if (!content) return null;
  return {
    since: dayOf(content.dateAdded, 'kev.dateAdded', notes),
    reference: urlOf(content.reference, 'kev.reference', notes),
  };
}

/**
 * The latest SSVC decision points. Values are written in several cases.
 * @see https://www.cisa.gov/ssvc
 */
export function ssvcOf(container: JsonObject, notes: Notes): Ssvc | null {
  const content = contentsOf(container, 'ssvc', notes).at(-1);
  if (!content) return null;
  const points = new Map<string, string>();
  for (const option of objectsOf(content.options, 'ssvc.options', notes)) {
    for (const [point, value] of Object.entries(option)) {
      if (typeof value === 'string') points.set(point.toLowerCase(), value.trim().toLowerCase());
    }
  }
  const exploitation = points.get('exploitation');
  const automatable = points.get('automatable');
  const impact = points.get('technical impact');
  return {
    exploitation: exploitation === 'none' || exploitation === 'poc' || exploitation === 'active' ? exploitation : null,
    automatable: automatable === 'yes' ? true : automatable === 'no' ? false : null,
    technicalImpact: impact === 'partial' || impact === 'total' ? impact : null,
    at: momentOf(content.timestamp, 'ssvc.timestamp', notes),
  };
}
