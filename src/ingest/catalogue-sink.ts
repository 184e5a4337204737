import { certainTransaction } from '../db/certain.ts';
import type { Db } from '../db/database.ts';
import { lockCatalogue } from '../db/write/catalogue-records.ts';
import type { CataloguePart } from '../domain/catalogue.ts';
import type { CatalogueFormat } from '../sources/contract.ts';
import { untilCurrent } from './carry-out.ts';
import { Gathered } from './catalogue/gathered.ts';
import { byId, noteCatalogueChange, type Outcome, type PartPlan, planPart, storePart } from './catalogue/store.ts';
import { type Document, excerpt, type Item, parseItem } from './document.ts';
import { Tally } from './run-book.ts';
import type { Sink, SinkContext } from './sink.ts';

const rejectedAtOnce = 500;

/** Stores reference catalogues: each document in one transaction, when it is known to be whole. */
export async function catalogueSink(context: SinkContext): Promise<Sink> {
  return new CatalogueSink(context);
}

class CatalogueSink implements Sink {
  readonly #context: SinkContext;
  readonly #gathered = new Map<Document, Gathered>();
  #rejected = new Tally();
  #done = 0;

  constructor(context: SinkContext) {
    this.#context = context;
  }

  async add(item: Item): Promise<void> {
    const { document, raw } = item;
    const format = formatOf(document);
    let gathered = this.#gathered.get(document);
    if (!gathered) {
      gathered = new Gathered();
      this.#gathered.set(document, gathered);
    }
    this.#done++;
    const parsed = parseItem(format, item);
    if (parsed.kind === 'records') return gathered.add(parsed.records, parsed.notes);
    document.gaps = true;
    const [source] = format.sources;
    const { place } = raw;
    this.#rejected.fetched(source, 'rejected');
    this.#rejected.rejected.push({
      source,
      document: document.name,
      place,
      reason: parsed.reason,
      excerpt: excerpt(raw.bytes),
    });
    if (this.#rejected.rejected.length >= rejectedAtOnce) await this.#keepRejected();
  }

  /** What came of documents that failed changes nothing, and is counted so. */
  async flush(): Promise<void> {
    await this.#keepRejected();
    for (const [document, gathered] of this.#gathered) {
      if (!document.failed) continue;
      this.#gathered.delete(document);
      await this.#leave(gathered, formatOf(document).sources[0]);
    }
  }

  async settle(): Promise<void> {}

  async end(document: Document): Promise<string | null> {
    const gathered = this.#gathered.get(document) ?? new Gathered();
    this.#gathered.delete(document);
    await this.#keepRejected();
    const format = formatOf(document);
    const [source] = format.sources;
    const assembled = format.assemble(gathered.entries, document.envelope);
    const wrong = gathered.wrong ?? ('wrong' in assembled ? assembled.wrong : null);
    if (wrong !== null) {
      await this.#leave(gathered, source);
      return wrong;
    }
    const parts = 'parts' in assembled ? assembled.parts.map((part) => this.#usable(part)) : [];
    const plans = await this.#store(source, parts, { gathered, gaps: document.gaps });
    if (plans.some((p) => p.outdated))
      this.#context.book.note(
        source,
        `${document.name} is older than the catalogue read before: nothing was taken from it`,
      );
    const excerpts = parts.filter((p) => !p.whole);
    if (excerpts.length > 0)
      this.#context.book.note(source, `${document.name} is not a whole catalogue: nothing was withdrawn`);
    document.released = latest(parts);
    return null;
  }

  async close(): Promise<void> {}

  bytes(read: number, total: number | null): void {
    this.#context.progress({ kind: 'records', done: this.#done, bytesRead: read, bytesTotal: total });
  }

  /** A release in the future would keep every later one out. */
  #usable(part: CataloguePart): CataloguePart {
    const { releasedAt, records } = part;
    const future = releasedAt !== null && releasedAt > this.#context.now().toISOString();
    return { ...part, records: byId(records), releasedAt: future ? null : releasedAt };
  }

  async #store(
    source: string,
    parts: readonly CataloguePart[],
    { gathered, gaps }: { gathered: Gathered; gaps: boolean },
  ): Promise<readonly PartPlan[]> {
    const { db, book, now, dryRun } = this.#context;
    const run = await book.run(source);
    let tally = new Tally();
    const plan = async (tx: Db) => {
      const plans: PartPlan[] = [];
      for (const part of parts) plans.push(await planPart(tx, source, part, gaps));
      tally = new Tally();
      gathered.count(tally, source, outcomesOf(plans));
      for (const id of plans.flatMap((p) => p.vanished)) tally.withdrawn(source, id);
      return plans;
    };
    const plans = dryRun
      ? await plan(db)
      : await untilCurrent(() =>
          certainTransaction(db, async (tx) => {
            await lockCatalogue(tx, source);
            const made = await plan(tx);
            const at = now().toISOString();
            let changed = false;
            for (const p of made) {
              const to = { source, part: p.part.part, runId: run.id, at };
              if (!p.outdated && (await storePart(tx, p, to))) changed = true;
            }
            await book.write(tx, tally);
            if (changed) await noteCatalogueChange(tx);
            return made;
          }),
        );
    book.commit(tally);
    return plans;
  }

  async #leave(gathered: Gathered, source: string): Promise<void> {
    const tally = new Tally();
    gathered.count(tally, source, new Map());
    await this.#tell(tally);
  }

  async #keepRejected(): Promise<void> {
    const tally = this.#rejected;
    if (tally.rejected.length === 0) return;
    this.#rejected = new Tally();
    await this.#tell(tally);
  }

  /** Counts what changed nothing. */
  async #tell(tally: Tally): Promise<void> {
    const { db, book, dryRun } = this.#context;
    await book.begin(tally);
    if (!dryRun) await untilCurrent(() => certainTransaction(db, (tx) => book.write(tx, tally)));
    book.commit(tally);
  }
}

function formatOf({ format }: Document): CatalogueFormat {
  if (format?.kind !== 'catalogue') throw new Error(`${format?.id} is no format of catalogues`);
  return format;
}

/** By id, what became of it; of an entry of several parts the greatest change. */
function outcomesOf(plans: readonly PartPlan[]): ReadonlyMap<string, Outcome> {
  const order = ['unchanged', 'updated', 'inserted'];
  const outcomes = new Map<string, Outcome>();
  for (const [id, outcome] of plans.flatMap((p) => [...p.outcomes])) {
    const other = outcomes.get(id);
    if (!other || order.indexOf(outcome) > order.indexOf(other)) outcomes.set(id, outcome);
  }
  return outcomes;
}

function latest(parts: readonly CataloguePart[]): string | null {
  const released = parts.flatMap((p) => p.releasedAt ?? []);
  return released.toSorted().at(-1) ?? null;
}
