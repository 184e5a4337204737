/**
 * What a command does to the database, for the audit log.
 * `writes`: an entry is written before it begins, and without one it does not begin.
 * `notes`: it works for a user that may only read, too; where the user may write, there is an entry.
 */
export type Effect = 'reads' | 'writes' | 'notes';

type Options = Readonly<Record<string, unknown>>;

const unless =
  (option: string): ((options: Options) => Effect) =>
  (options) =>
    options[option] === true ? 'reads' : 'writes';

const only =
  (option: string): ((options: Options) => Effect) =>
  (options) =>
    options[option] === true ? 'writes' : 'reads';

/** Every command, by the words that call it. One that is not here counts as writing, and a test asks for it. */
const effects: Readonly<Record<string, Effect | ((options: Options) => Effect)>> = {
  up: 'writes',
  serve: 'notes',
  'keys create': 'writes',
  secret: 'reads',
  'keys list': 'reads',
  'keys revoke': 'writes',
  setup: 'writes',
  ingest: unless('dryRun'),
  sync: unless('dryRun'),
  'sources list': 'reads',
  'sources show': 'reads',
  'sources remove': 'writes',
  verify: 'reads',
  repair: 'writes',
  worker: 'writes',
  search: 'reads',
  export: 'reads',
  show: 'reads',
  techniques: 'reads',
  'ioc check': 'reads',
  'ioc search': 'reads',
  'ioc show': 'reads',
  stats: 'reads',
  status: 'reads',
  doctor: 'reads',
  runs: 'reads',
  rejected: 'reads',
  rebuild: 'writes',
  rescore: 'writes',
  prune: unless('dryRun'),
  'backup create': 'notes', // it changes nothing, but somebody has everything afterwards
  'backup verify': 'reads',
  'backup list': 'reads',
  restore: 'writes',
  audit: 'reads',
  'db query': only('write'),
  'db psql': 'notes', // what is done there is between the user and the server
  'db url': 'reads',
  'db health': 'reads',
  'db sizes': 'reads',
  'db indexes': 'reads',
  'db activity': 'reads',
  'db explain': 'reads',
  'db vacuum': 'writes',
  'db upgrade': 'writes',
  'db downgrade': 'writes',
  'db current': 'reads',
  'db history': 'reads',
  'db check': 'reads',
  'db revision': 'reads', // it writes a file, and to no database
  'db reset': 'writes',
  'db move': 'writes',
  'db distribute': unless('dryRun'),
  'db grants': 'reads', // it prints statements, and runs none
};

/** The commands that say what they do. */
export const declaredCommands: readonly string[] = Object.keys(effects);

/** What a command does that is called with these options. `words`: without `openthreat`, such as `keys create`. */
export function effectOf(words: string, options: Options): Effect {
  const effect = effects[words] ?? 'writes';
  return typeof effect === 'function' ? effect(options) : effect;
}
