import { type Node, parse } from 'libpg-query';
import { copiedTables, keptTables, spreadTables } from '../../../src/db/distribution.ts';
import { columnsOf, conjuncts, fieldsOf, isKind, nodesIn, type Shape, shape } from './syntax.ts';

/**
 * What Citus does not plan over distributed tables, as far as our statements could ask for it. Stricter than Citus is: what
 * it would do by carrying a whole table to one node counts as a fault.
 * @see https://docs.citusdata.com/en/stable/develop/reference_workarounds.html
 * @see https://docs.citusdata.com/en/stable/develop/reference_sql.html
 */
export async function faultsOf(sql: string): Promise<string[]> {
  const { stmts = [] } = await parse(sql);
  return stmts.flatMap(({ stmt }) => (stmt ? new Statement().check(stmt) : []));
}

/** The tables of ours that a statement names. */
export async function tablesIn(sql: string): Promise<Set<string>> {
  const { stmts = [] } = await parse(sql);
  return new Set(stmts.flatMap(({ stmt }) => nodesIn(stmt, 'RangeVar').flatMap(({ relname }) => relname ?? [])));
}

const spread = new Map(spreadTables.map((t) => [t.table, { by: t.by, group: t.beside ?? t.table }]));
const local = new Set(keptTables);

/** What a name in FROM stands for. `spread`: rows lie on many nodes; `whole`: every node can have all of them. */
interface Source {
  readonly alias: string;
  readonly kind: 'spread' | 'whole' | 'local';
  readonly group: string | null;
  readonly by: string | null;
}

interface Scope {
  readonly sources: readonly Source[];
  readonly quals: readonly Node[];
  readonly using: readonly string[];
}

class Statement {
  readonly #faults: string[] = [];
  readonly #ctes = new Set<string>();

  check(statement: Node): string[] {
    const [kind, body] = shape(statement);
    if (kind === 'SelectStmt') this.#select(body, null);
    else if (kind === 'InsertStmt') this.#insert(body);
    else if (kind === 'UpdateStmt' || kind === 'DeleteStmt') this.#change(body);
    else if (kind === 'ExplainStmt') return this.check(body.query as Node);
    else if (kind === 'IndexStmt') this.#index(body);
    else if (kind === 'CreateTrigStmt' && spread.has(relationOf(body))) this.#fault('a trigger on a distributed table');
    return this.#faults;
  }

  #fault(what: string): void {
    this.#faults.push(what);
  }

  /** Returns what the rows of a query are where it stands in FROM. */
  #select(select: Shape, outer: Scope | null): Omit<Source, 'alias'> {
    this.#with(select.withClause as Shape | undefined);
    if (select.larg) {
      // Each side of a UNION is planned for itself, and its result carried.
      const sides = [select.larg, select.rarg].map((side) => this.#select(side as Shape, outer));
      return sides.find(({ kind }) => kind === 'local') ?? whole;
    }
    const scope = this.#from((select.fromClause as Node[]) ?? [], select.whereClause as Node | undefined);
    const all = { ...select, fromClause: undefined, withClause: undefined };
    this.#sublinks(all, scope);
    return this.#block(select, scope, outer);
  }

  #block(select: Shape, scope: Scope, outer: Scope | null): Omit<Source, 'alias'> {
    const found = scope.sources.filter(({ kind }) => kind === 'spread');
    if (found.length === 0) return scope.sources.some(({ kind }) => kind === 'local') ? here : whole;
    this.#colocated(scope);
    const single = isSingleShard(scope);
    if (select.lockingClause && !single) this.#fault('locks rows of several shards');
    if (nodesIn(select.groupClause, 'GroupingSet').length > 0 && !single)
      this.#fault('grouping sets over several shards');
    if (refersTo(select, outer) && !this.#isCorrelatedWell(select, scope, outer))
      this.#fault('a subquery that depends on its surroundings, but not by the distribution column alone');
    const [first] = found;
    const merges = ['limitCount', 'limitOffset', 'groupClause', 'distinctClause', 'havingClause'].some(
      (c) => select[c],
    );
    const exposed = fieldsOf(select.targetList as Node[]).has(first?.by ?? '');
    return merges || !exposed ? whole : { kind: 'spread', group: first?.group ?? null, by: first?.by ?? null };
  }

  /** Rows that belong together lie together: all distributed tables of a block hang on each other by that column. */
  #colocated({ sources, quals, using }: Scope): void {
    if (sources.some(({ kind }) => kind === 'local'))
      this.#fault('joins a distributed table with one of the coordinator');
    const [first, ...others] = sources.filter(({ kind }) => kind === 'spread');
    for (const other of others) {
      const joined = using.includes(other.by ?? '') || quals.some((q) => equates(q, first, other));
      if (!joined || first?.group !== other.group) this.#fault(`joins ${first?.alias} and ${other.alias} across nodes`);
    }
  }

  #isCorrelatedWell(select: Shape, scope: Scope, outer: Scope | null): boolean {
    if (select.limitCount || nodesIn(select.targetList as Node[], 'FuncCall').length > 0) return false;
    const inner = scope.sources.filter(({ kind }) => kind === 'spread');
    const around = outer?.sources.filter(({ kind }) => kind === 'spread') ?? [];
    return inner.every((i) => around.some((o) => o.group === i.group && scope.quals.some((q) => equates(q, i, o))));
  }

  #sublinks(within: unknown, scope: Scope): void {
    for (const { subselect } of nodesIn(within, 'SubLink', 1)) this.#select(shape(subselect as Node)[1], scope);
  }

  #with(clause: Shape | undefined): void {
    for (const { ctename, ctequery } of nodesIn(clause, 'CommonTableExpr', 1)) {
      if (clause?.recursive && namesSpread(ctequery)) this.#fault('recursion over a distributed table');
      this.#ctes.add(ctename ?? '');
      this.check(ctequery as Node);
    }
  }

  #from(items: readonly Node[], where: Node | undefined): Scope {
    const sources: Source[] = [];
    const quals: Node[] = where ? conjuncts(where) : [];
    const using: string[] = [];
    const visit = (item: Node): Source[] => {
      const [kind, body] = shape(item);
      if (kind === 'JoinExpr') {
        const [left, right] = [visit(body.larg as Node), visit(body.rarg as Node)];
        quals.push(...(body.quals ? conjuncts(body.quals as Node) : []));
        using.push(...fieldsOf(body.usingClause as Node[]));
        this.#outer(String(body.jointype), left, right);
        return [...left, ...right];
      }
      const source = this.#source(kind, body, { sources: [...sources], quals, using });
      sources.push(source);
      return [source];
    };
    items.forEach(visit);
    const isJoined = sources.length > 1 && sources.some(({ kind }) => kind === 'spread');
    if (isJoined) for (const item of items) this.#functions(item);
    return { sources, quals, using };
  }

  /** A distributed table on the inner side would be carried whole. */
  #outer(kind: string, left: readonly Source[], right: readonly Source[]): void {
    const isSpread = (side: readonly Source[]) => side.some((s) => s.kind === 'spread');
    if (kind === 'JOIN_LEFT' && !isSpread(left) && isSpread(right)) this.#fault('an outer join carries a whole table');
    if (kind === 'JOIN_RIGHT' && !isSpread(right) && isSpread(left)) this.#fault('an outer join carries a whole table');
    if (kind === 'JOIN_FULL' && isSpread(left) !== isSpread(right)) this.#fault('an outer join carries a whole table');
  }

  /** Citus wraps a function that is joined into a subquery, but only one with one argument list and without numbers. */
  #functions(item: Node): void {
    const [kind, body] = shape(item);
    if (kind === 'JoinExpr') for (const side of [body.larg, body.rarg]) this.#functions(side as Node);
    if (kind !== 'RangeFunction') return;
    const isUnnestOfMany = nodesIn(body.functions, 'FuncCall').some(
      ({ funcname, args }) => fieldsOf(funcname ?? []).has('unnest') && (args?.length ?? 0) > 1,
    );
    if (isUnnestOfMany || body.ordinality) this.#fault('joins a distributed table with unnest of several arrays');
  }

  #source(kind: string, body: Shape, around: Scope): Source {
    const alias = String((body.alias as Shape | undefined)?.aliasname ?? body.relname ?? '');
    if (kind === 'RangeSubselect') {
      const [, select] = shape(body.subquery as Node);
      if (body.lateral && namesSpread(select)) this.#fault('LATERAL over a distributed table');
      return { alias, ...this.#select(select, body.lateral ? around : null) };
    }
    if (kind === 'RangeTableSample') this.#fault('a sample of a table');
    if (kind !== 'RangeVar' || this.#ctes.has(String(body.relname))) return { alias, ...whole };
    return { alias, ...placeOf(String(body.relname)) };
  }

  #insert({ relation, selectStmt, onConflictClause, withClause }: Shape): void {
    this.#with(withClause as Shape | undefined);
    const [, select] = shape(selectStmt as Node);
    const target = spread.get(String((relation as Shape).relname));
    if (target && nodesIn(select.valuesLists, 'SubLink').length > 0) this.#fault('a subquery in VALUES');
    this.#select(select, null);
    const infer = (onConflictClause as { infer?: Shape } | undefined)?.infer;
    if (target && infer && !columnsOf(infer.indexElems as Node[]).has(target.by))
      this.#fault('ON CONFLICT without the distribution column');
  }

  #change(body: Shape): void {
    this.#with(body.withClause as Shape | undefined);
    const relation = { RangeVar: body.relation } as Node;
    const from = (body.fromClause ?? body.usingClause ?? []) as Node[];
    const scope = this.#from([relation, ...from], body.whereClause as Node | undefined);
    this.#sublinks({ t: body.targetList, w: body.whereClause, r: body.returningList }, scope);
    const target = spread.get(relationOf(body));
    if (!target) {
      if (scope.sources.some(({ kind }) => kind === 'spread'))
        this.#fault('changes a copied table by what a distributed one says');
      return;
    }
    this.#colocated(scope);
    for (const set of nodesIn(body.targetList, 'ResTarget', 1)) {
      if (set.name === target.by) this.#fault('changes the distribution column');
      for (const { funcname } of nodesIn(set.val, 'FuncCall'))
        if ([...fieldsOf(funcname ?? [])].some((name) => volatile.has(name)))
          this.#fault('a volatile function in UPDATE');
    }
  }

  #index(body: Shape): void {
    const target = spread.get(relationOf(body));
    if (target && body.unique && !columnsOf(body.indexParams as Node[]).has(target.by))
      this.#fault('a unique index without the distribution column');
  }
}

const whole = { kind: 'whole', group: null, by: null } as const;
const here = { kind: 'local', group: null, by: null } as const;
const volatile = new Set(['random', 'clock_timestamp', 'timeofday', 'nextval', 'gen_random_uuid', 'setval']);

function placeOf(table: string): Omit<Source, 'alias'> {
  const place = spread.get(table);
  if (place) return { kind: 'spread', group: place.group, by: place.by };
  return local.has(table) ? here : whole;
}

function relationOf(body: Shape): string {
  return String((body.relation as Shape | undefined)?.relname);
}

function namesSpread(within: unknown): boolean {
  return nodesIn(within, 'RangeVar').some(({ relname }) => spread.has(relname ?? ''));
}

/** Whether a part of a query names something of the query around it. */
function refersTo(select: Shape, outer: Scope | null): boolean {
  const inner = new Set(nodesIn(select.fromClause, 'RangeVar').map((r) => r.alias?.aliasname ?? r.relname));
  const around = new Set(outer?.sources.map(({ alias }) => alias).filter((alias) => alias && !inner.has(alias)));
  return nodesIn(select, 'ColumnRef').some(
    ({ fields }) => (fields?.length ?? 0) > 1 && around.has([...fieldsOf(fields ?? [])][0] ?? ''),
  );
}

/** `a.by = b.by`, either way round. */
function equates(qual: Node, a: Source | undefined, b: Source | undefined): boolean {
  if (!a || !b || !isKind(qual, 'A_Expr')) return false;
  const { lexpr, rexpr, name } = qual.A_Expr;
  if (!fieldsOf(name ?? []).has('=') || !lexpr || !rexpr) return false;
  const [left, right] = [lexpr, rexpr].map((side) => [...fieldsOf([side])].join('.'));
  const wanted = [`${a.alias}.${a.by}`, `${b.alias}.${b.by}`];
  return left !== right && wanted.includes(left ?? '') && wanted.includes(right ?? '');
}

/** Whether a condition names one value of the distribution column. */
function isSingleShard({ sources, quals }: Scope): boolean {
  return sources
    .filter(({ kind }) => kind === 'spread')
    .every(({ alias, by }) =>
      quals.some((qual) => {
        if (!isKind(qual, 'A_Expr') || qual.A_Expr.kind !== 'AEXPR_OP' || !fieldsOf(qual.A_Expr.name ?? []).has('='))
          return false;
        const column = [...fieldsOf(qual.A_Expr.lexpr ? [qual.A_Expr.lexpr] : [])].join('.');
        const value =
          nodesIn(qual.A_Expr.rexpr, 'ColumnRef').length + nodesIn(qual.A_Expr.rexpr, 'SubLink').length === 0;
        return value && (column === by || column === `${alias}.${by}`);
      }),
    );
}

/** The tables that have a place in a cluster. */
export const placedTables: readonly string[] = [...spread.keys(), ...copiedTables, ...keptTables];
