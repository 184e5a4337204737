import type { Database } from '../../../src/db/database.ts';

/** A database that notes every statement it is asked for, on any of its connections, in any of its transactions. */
export function recording(db: Database, statements: Set<string>): Database {
  return noting(db, statements);
}

function noting<T extends object>(target: T, statements: Set<string>): T {
  return new Proxy(target, {
    get(_, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: readonly unknown[]) => {
        if (key === 'query' || key === 'table') statements.add(String(args[0]));
        const result: unknown = value.apply(target, args);
        // What gives out a connection gives out one that notes as well.
        return key === 'connect' ? (result as Promise<object>).then((one) => noting(one, statements)) : result;
      };
    },
  });
}
