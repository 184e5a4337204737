import type { Db } from '../../db/database.ts';
import { quoteName } from '../../db/names.ts';

/** Who owns tables, and who else may do what with them. */
export interface Grants {
  readonly owners: readonly { readonly table: string; readonly owner: string }[];
  readonly rights: readonly {
    readonly table: string;
    readonly grantee: string | null; // null: everybody
    readonly right: string;
    readonly grantable: boolean;
  }[];
}

/** The owners of tables that are not this user's, and the rights that were given away. */
export async function grantsOf(db: Db, tables: readonly string[]): Promise<Grants> {
  const own = await db.query<Grants['owners'][number]>(
    `SELECT c.relname AS "table", r.rolname AS owner FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY($1::text[]) AND r.rolname <> current_user
     LIMIT 1000`,
    [tables],
  );
  const { rows } = await db.query<Grants['rights'][number]>(
    `SELECT c.relname AS "table", r.rolname AS grantee, a.privilege_type AS "right", a.is_grantable AS grantable
     FROM pg_class c CROSS JOIN aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY($1::text[]) AND a.grantee <> c.relowner
     LIMIT 10000`,
    [tables],
  );
  return { owners: own.rows, rights: rows };
}

/** Gives the tables of the same names the same owners and rights. */
export async function putGrants(db: Db, { owners, rights }: Grants): Promise<void> {
  for (const { table, grantee, right, grantable } of rights) {
    const to = grantee === null ? 'PUBLIC' : quoteName(grantee);
    await db.query(`GRANT ${right} ON ${quoteName(table)} TO ${to}${grantable ? ' WITH GRANT OPTION' : ''}`, []);
  }
  for (const { table, owner } of owners) {
    await db.query(`ALTER TABLE ${quoteName(table)} OWNER TO ${quoteName(owner)}`, []);
  }
}
