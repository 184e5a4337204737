import { stateTable } from './migrate/revisions.ts';
import { quoteName } from './names.ts';

/** The names of three users, and of the database that they share. */
export interface GrantedNames {
  readonly owner: string;
  readonly writer: string;
  readonly reader: string;
  readonly database: string;
}

/** Suggestions for users that are made anew; they are the operator's afterwards. */
const connections = { owner: 10, writer: 80, reader: 30 } as const;
const readerTimeout = '60s';

/** What a writer does with rows. TRUNCATE is not among it: it would pass by the row-level security of the audit log. */
const rowRights = 'SELECT, INSERT, UPDATE, DELETE';

/**
 * The SQL for three users of least privilege: an owner of the tables, a writer of rows, a reader. In one transaction, and
 * safe to repeat; what was granted to them before in these schemas, and is too much, is taken back.
 * `tables`: of this program, in `public`. `queues`: the schema of the worker's queues.
 */
export function grantsSql(names: GrantedNames, tables: readonly string[], queues: string): string {
  const { owner, writer, reader, database } = names;
  const parts = [
    `-- Three users of least privilege for OpenThreat in the database ${database}, which is its own. Run it there,\n-- as a superuser or as who may create roles:  openthreat db grants | psql --dbname=${database}\n-- Users that it makes have no password: give each one in psql by \\password, or let pg_hba.conf say how they log in.`,
    'BEGIN;',
    assertDatabase(database),
    'Users. The limits and the timeout are suggestions.',
    ...[owner, writer, reader].map((name) => createRole(name, names)),
    'Whoever is no superuser gives things to the owner only as a member of it.',
    joinOwner(owner),
    'The database: nobody else connects, and only the owner makes schemas, for the queues and for restores.',
    ...databaseRights(names),
    "What there is already becomes the owner's.",
    `CREATE SCHEMA IF NOT EXISTS ${quoteName(queues)} AUTHORIZATION ${quoteName(owner)};`,
    giveTables(owner, tables, queues),
    'Rows.',
    ...schemaRights(names, 'public'),
    ...schemaRights({ ...names, reader: null }, queues),
    "Which migrations are applied is the owner's to write.",
    protectState(writer),
    'Large objects, which everybody may make, are not needed. Needs a superuser; others get a warning.',
    'REVOKE EXECUTE ON FUNCTION pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid), pg_catalog.lo_from_bytea(oid, bytea) FROM PUBLIC;',
    'COMMIT;',
    `-- So that health and metrics see the statements of other users, a superuser may add:\n--   GRANT pg_read_all_stats TO ${quoteName(writer)};`,
  ];
  return parts.map((part) => (/^(?:--|[A-Z]{2,}\b)/.test(part) ? part : `\n-- ${part}`)).join('\n');
}

function assertDatabase(database: string): string {
  return doBlock(
    `IF current_database() <> ${quoteText(database)} THEN RAISE EXCEPTION 'This is the database %, and not %.', current_database(), ${quoteText(database)}; END IF;`,
  );
}

function createRole(name: string, { writer, reader }: GrantedNames): string {
  const limit = name === reader ? connections.reader : name === writer ? connections.writer : connections.owner;
  const timeouts =
    name === reader
      ? ` ALTER ROLE ${quoteName(name)} SET statement_timeout = '${readerTimeout}'; ALTER ROLE ${quoteName(name)} SET idle_in_transaction_session_timeout = '${readerTimeout}';`
      : '';
  return doBlock(
    `IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${quoteText(name)}) THEN CREATE ROLE ${quoteName(name)} LOGIN CONNECTION LIMIT ${limit};${timeouts} END IF;`,
  );
}

function joinOwner(owner: string): string {
  return doBlock(
    `IF NOT pg_has_role(current_user, ${quoteText(owner)}, 'MEMBER') THEN GRANT ${quoteName(owner)} TO CURRENT_USER; END IF;`,
  );
}

function databaseRights({ owner, writer, reader, database }: GrantedNames): string[] {
  const on = `ON DATABASE ${quoteName(database)}`;
  const others = `${quoteName(writer)}, ${quoteName(reader)}`;
  return [
    `REVOKE ALL ${on} FROM PUBLIC, ${others};`,
    `GRANT CONNECT, CREATE ${on} TO ${quoteName(owner)};`,
    `GRANT CONNECT ${on} TO ${others};`,
  ];
}

/** Sequences of columns, indexes and policies go with their tables. */
function giveTables(owner: string, tables: readonly string[], queues: string): string {
  const ours = [...tables, stateTable].map(quoteText).join(', ');
  const isNotTheirs = `pg_get_userbyid(%s) <> ${quoteText(owner)}`;
  const loop = (what: string, query: string) =>
    `FOR thing IN ${query} LOOP EXECUTE format('ALTER ${what} %s OWNER TO %I', thing, ${quoteText(owner)}); END LOOP;`;
  return doBlock(
    [
      loop(
        'TABLE',
        `SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND ${isNotTheirs.replace('%s', 'c.relowner')}
      AND (n.nspname = ${quoteText(queues)} OR n.nspname = 'public' AND c.relname IN (${ours}))`,
      ),
      loop(
        'ROUTINE',
        `SELECT p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = ${quoteText(quoteName(queues))}::regnamespace AND ${isNotTheirs.replace('%s', 'p.proowner')}`,
      ),
      loop(
        'TYPE',
        `SELECT t.oid::regtype::text FROM pg_type t
    WHERE t.typnamespace = ${quoteText(quoteName(queues))}::regnamespace AND t.typtype = 'e' AND ${isNotTheirs.replace('%s', 't.typowner')}`,
      ),
      `ALTER SCHEMA ${quoteName(queues)} OWNER TO ${quoteName(owner)};`,
    ].join('\n  '),
    'thing text;',
  );
}

/** The rights in one schema, on what there is and on what the owner will make. Without a reader: nothing for readers. */
function schemaRights(
  { owner, writer, reader }: Omit<GrantedNames, 'reader' | 'database'> & { readonly reader: string | null },
  schema: string,
): string[] {
  const within = `IN SCHEMA ${quoteName(schema)}`;
  const on = `ON SCHEMA ${quoteName(schema)}`;
  const others = ['PUBLIC', quoteName(writer), ...(reader === null ? [] : [quoteName(reader)])].join(', ');
  const future = `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteName(owner)} ${within}`;
  const reads = reader === null ? null : quoteName(reader);
  return [
    `REVOKE ALL ${on} FROM ${others};`,
    `GRANT USAGE, CREATE ${on} TO ${quoteName(owner)};`,
    `GRANT USAGE ${on} TO ${[quoteName(writer), ...(reads === null ? [] : [reads])].join(', ')};`,
    `REVOKE ALL ON ALL TABLES ${within} FROM ${others};`,
    `REVOKE ALL ON ALL SEQUENCES ${within} FROM ${others};`,
    `GRANT ${rowRights} ON ALL TABLES ${within} TO ${quoteName(writer)};`,
    `GRANT USAGE, SELECT ON ALL SEQUENCES ${within} TO ${quoteName(writer)};`,
    `${future} GRANT ${rowRights} ON TABLES TO ${quoteName(writer)};`,
    `${future} GRANT USAGE, SELECT ON SEQUENCES TO ${quoteName(writer)};`,
    ...(reads === null
      ? []
      : [`GRANT SELECT ON ALL TABLES ${within} TO ${reads};`, `${future} GRANT SELECT ON TABLES TO ${reads};`]),
  ];
}

function protectState(writer: string): string {
  return doBlock(
    `IF to_regclass('public.${stateTable}') IS NOT NULL THEN REVOKE INSERT, UPDATE, DELETE ON public.${stateTable} FROM ${quoteName(writer)}; END IF;`,
  );
}

/** A text as an SQL literal. */
function quoteText(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** A block of PL/pgSQL, between marks that do not occur in it. */
function doBlock(body: string, declared = ''): string {
  let mark = '$do$';
  for (let n = 1; body.includes(mark); n++) mark = `$do${n}$`;
  return `DO ${mark} ${declared === '' ? '' : `DECLARE ${declared} `}BEGIN\n  ${body}\nEND ${mark};`;
}
