// Who may import whom: the rooms of docs/ARCHITECTURE.md. `errors.ts` and the types of `domain/` are open to all.
const rooms = {
  domain: [],
  sources: ['domain'],
  net: [],
  db: ['domain'],
  ingest: ['sources', 'net', 'db', 'domain'],
  search: ['db', 'domain'],
  ops: ['db'],
};

const rule = ([room, allowed]) => ({
  name: `${room}-imports-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: {
    path: '^src/',
    pathNot: `^src/(${[room, ...allowed].join('|')})/|^src/errors\\.ts$${room === 'db' ? '|^src/(config|database-url)\\.ts$' : ''}`,
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
