import { type Static, Type } from 'typebox';
import type { HistoryStep } from '../../db/vulnerabilities.ts';
import type { Vulnerability } from '../../domain/vulnerability.ts';
import { Nullable, Time } from './common.ts';
import { columnOf, FieldValue, fieldValueOf, ListElement, listElementOf } from './field-values.ts';

const Column = Type.Enum(Object.values(columnOf));

const Change = Type.Union([
  Type.Object({ field: Column, from: FieldValue, to: FieldValue }),
  Type.Object({ field: Column, added: Type.Array(ListElement), removed: Type.Array(ListElement) }),
]);

/** A step in the history of a CVE. */
export const HistoryStepSchema = Type.Object({
  changed_at: Time,
  source: Type.String({
    description: 'Whose word changed it; `retention`, without changes: what was before is not kept any more',
  }),
  run_id: Nullable(Type.Integer()),
  changes: Type.Array(Change),
});

/** A step as the API shows it. */
export function stepOf({ changedAt, source, runId, changes }: HistoryStep): Static<typeof HistoryStepSchema> {
  return {
    changed_at: changedAt,
    source,
    run_id: runId,
    changes: (Object.keys(changes) as (keyof Vulnerability)[]).flatMap((field) => changeOf(field, changes[field])),
  };
}

function changeOf(field: keyof Vulnerability, change: HistoryStep['changes'][typeof field]): Static<typeof Change>[] {
  if (!change) return [];
  const column = columnOf[field];
  if ('to' in change) {
    return [{ field: column, from: fieldValueOf(field, change.from), to: fieldValueOf(field, change.to) }];
  }
  const elements = (list: readonly unknown[]) => list.map((element) => listElementOf(field, element));
  return [{ field: column, added: elements(change.added), removed: elements(change.removed) }];
}
