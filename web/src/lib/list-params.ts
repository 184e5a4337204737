/** What the address of the vendors and products holds. */
export interface NamesParams {
  readonly view?: 'products';
  readonly vendor?: string;
  readonly q?: string;
  readonly sort?: 'name';
  readonly page?: number;
}

const runStates = ['running', 'success', 'failed'] as const;
export type RunState = (typeof runStates)[number];

/** What the address of the sources and runs holds. */
export interface RunsParams {
  readonly source?: string;
  readonly status?: RunState;
  readonly page?: number;
  /** The run that is unfolded. */
  readonly run?: number;
  /** Which page of its rejected records is shown. */
  readonly rejected?: number;
}

/** The longest name that the API takes. */
const longest = 200;

/** The parameters in an address that somebody may have typed; what is not known is left out. */
export function readNames({ view, vendor, q, sort, page }: Record<string, unknown>): NamesParams {
  const isProducts = view === 'products';
  return {
    view: isProducts ? 'products' : undefined,
    vendor: isProducts ? name(vendor) : undefined,
    q: name(q),
    sort: sort === 'name' ? 'name' : undefined,
    page: later(page),
  };
}

/** As {@link readNames}. */
export function readRuns({ source, status, page, run, rejected }: Record<string, unknown>): RunsParams {
  const id = Number(run);
  return {
    source: name(source),
    status: runStates.find((one) => one === status),
    page: later(page),
    run: Number.isInteger(id) && id > 0 ? id : undefined,
    rejected: later(rejected),
  };
}

function name(value: unknown): string | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return text.slice(0, longest) || undefined;
}

/** A page after the first one, which needs no number. */
function later(value: unknown): number | undefined {
  const page = Number(value);
  return Number.isInteger(page) && page > 1 ? page : undefined;
}
