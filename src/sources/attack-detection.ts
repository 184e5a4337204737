import type { AttackRelations } from './attack-relations.ts';
import type { NamedObject, TechniqueObject } from './attack-types.ts';

/**
 * How a technique is noticed, and in which data. Since ATT&CK 18 strategies and their analytics say so, before that the
 * data components that detect it, and at first the technique itself.
 * @see https://attack.mitre.org/resources/updates/updates-october-2025/
 */
export function detectionOf(
  technique: TechniqueObject,
  relations: AttackRelations,
): { readonly detection: string | null; readonly dataSources: readonly string[] } {
  const strategies = relations.pointing(technique.ref, 'detects', 'detection_strategy');
  const components = relations.pointing(technique.ref, 'detects', 'data_component');
  const analytics = strategies.flatMap(({ by }) => relations.named(by.refs, 'analytic'));
  const seenIn = relations.named(
    analytics.flatMap((a) => a.refs),
    'data_component',
  );
  const texts = [
    ...strategies.map(({ by }) => strategyText(by, relations)),
    ...components.flatMap(({ by, words }) => (words === null ? [] : `${by.name}: ${words}`)),
  ];
  const names = [
    ...technique.dataSources,
    ...[...components.map((c) => c.by), ...seenIn].map((c) => title(c, relations)),
  ];
  return {
    detection: [...new Set(texts)].join('\n\n') || technique.detection,
    dataSources: [...new Set(names)].toSorted(),
  };
}

/** The strategy's name, and a paragraph for each analytic with the platforms that it is for. */
function strategyText(strategy: NamedObject, relations: AttackRelations): string {
  const head = strategy.externalId ? `${strategy.name} (${strategy.externalId})` : strategy.name;
  const paragraphs = relations
    .named(strategy.refs, 'analytic')
    .filter((a) => a.description !== null)
    .map((a) => (a.platforms.length > 0 ? `${a.platforms.join(', ')}: ${a.description}` : a.description));
  return [head, ...paragraphs].join('\n');
}

/** A component with its source, as in 'Process: Process Creation', or alone where sources are given up. */
function title(component: NamedObject, relations: AttackRelations): string {
  const [source] = relations.named(component.refs, 'data_source');
  return source ? `${source.name}: ${component.name}` : component.name;
}
