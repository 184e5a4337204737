/** A value as its field understands it: names canonical, severities upper case, dates as written. */
export type Value = string | number | boolean;

export interface Bound {
  readonly value: Value;
  readonly inclusive: boolean;
}

/** A parsed query. Fields are named by their first name in the field table. */
export type Query =
  | { readonly kind: 'all' } // nothing typed: everything matches
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Query[] } // two or more
  | { readonly kind: 'not'; readonly part: Query }
  | { readonly kind: 'word'; readonly word: string; readonly beginning: boolean } // beginning: `prod*`
  | { readonly kind: 'phrase'; readonly text: string }
  | { readonly kind: 'id'; readonly part: string } // part of a CVE id, upper case
  | { readonly kind: 'has'; readonly field: string }
  | { readonly kind: 'is'; readonly field: string; readonly values: readonly Value[] } // any of them
  | { readonly kind: 'between'; readonly field: string; readonly from: Bound | null; readonly to: Bound | null };
