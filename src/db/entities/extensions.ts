/** The extensions that the indexes need. */
export const extensions = ['pg_trgm', 'btree_gin'] as const;
