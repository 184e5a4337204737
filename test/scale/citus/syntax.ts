import type { Node } from 'libpg-query';

/** The body of any node: its fields by name. */
export type Shape = Readonly<Record<string, unknown>>;

type KindsOf<T> = T extends unknown ? keyof T : never;
type Kind = KindsOf<Node>;
type Body<K extends Kind> = Extract<Node, Record<K, unknown>>[K];

/** The kind of a node and its body. */
export function shape(node: Node): [string, Shape] {
  const [entry] = Object.entries(node);
  return entry ? [entry[0], entry[1] as Shape] : ['', {}];
}

export function isKind<K extends Kind>(node: Node, kind: K): node is Extract<Node, Record<K, unknown>> {
  return kind in node;
}

/** All bodies of a kind in a tree; `depth` bounds how many of the kind may lie in each other. */
export function nodesIn<K extends Kind>(tree: unknown, kind: K, depth = Number.POSITIVE_INFINITY): Body<K>[] {
  if (tree === null || typeof tree !== 'object') return [];
  if (Array.isArray(tree)) return tree.flatMap((part) => nodesIn(part, kind, depth));
  return Object.entries(tree).flatMap(([name, value]) => {
    if (name !== kind) return nodesIn(value, kind, depth);
    return [value as Body<K>, ...(depth > 1 ? nodesIn(value, kind, depth - 1) : [])];
  });
}

/** The parts of a condition that must all hold. */
export function conjuncts(condition: Node): Node[] {
  if (isKind(condition, 'BoolExpr') && condition.BoolExpr.boolop === 'AND_EXPR')
    return (condition.BoolExpr.args ?? []).flatMap(conjuncts);
  return [condition];
}

/** The words of names, of the columns that are selected, or of a column: `a.b` is a and b. `*` stands for every word. */
export function fieldsOf(nodes: readonly Node[] | undefined): Set<string> {
  const words = (nodes ?? []).flatMap((node) => {
    if (isKind(node, 'String')) return [node.String.sval ?? ''];
    if (isKind(node, 'ResTarget'))
      return [...(node.ResTarget.name ? [node.ResTarget.name] : fieldsOf([node.ResTarget.val as Node]))];
    if (isKind(node, 'ColumnRef')) return [...fieldsOf(node.ColumnRef.fields)];
    return isKind(node, 'A_Star') ? ['*'] : [];
  });
  return words.includes('*') ? new Anything(words) : new Set(words);
}

/** The columns that a key or an ON CONFLICT lists. */
export function columnsOf(elements: readonly Node[] | undefined): Set<string> {
  return new Set((elements ?? []).flatMap((e) => (isKind(e, 'IndexElem') ? (e.IndexElem.name ?? []) : [])));
}

/** What `*` selects. */
class Anything extends Set<string> {
  override has(): boolean {
    return true;
  }
}
