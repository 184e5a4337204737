// Who may import whom: the rooms of docs/ARCHITECTURE.md. `errors.ts` and the types of `domain/` are open to all; `tracing.ts`
// to all that do something.
const rooms = {
  domain: [],
  settings: [],
  sources: ['domain'],
  net: [],
  db: ['domain'],
  ingest: ['sources', 'net', 'db', 'domain'],
  search: ['db', 'domain'],
  ops: ['db'],
  jobs: ['ingest', 'search', 'ops', 'db', 'sources', 'domain'],
  api: ['search', 'ops', 'jobs', 'db', 'domain'],
};

// The database knows the settings' types, and a connector what it is given to fetch with.
const also = {
  api: '|^src/settings/|^src/log\\.ts$',
  db: '|^src/settings/|^src/(config|database-url)\\.ts$',
  settings: '|^src/database-url\\.ts$',
  sources: '|^src/net/contract\\.ts$',
};

const isPure = (room) => room === 'domain' || room === 'settings';

const rule = ([room, allowed]) => ({
  name: `${room}-imports-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: {
    path: '^src/',
    pathNot: `^src/(${[room, ...allowed].join('|')})/|^src/errors\\.ts$${isPure(room) ? '' : '|^src/tracing\\.ts$'}${also[room] ?? ''}`,
  },
});

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(rule),
    {
      name: 'domain-does-no-io',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
