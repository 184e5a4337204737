/**
 * Said after BEGIN by transactions that look many rows up by their keys. The trigram index on CVE ids answers equality as
 * well, and in a join, where the value is not known beforehand, the planner takes it for cheaper than the key: in truth a
 * look-up takes milliseconds. Such an index can only be read as a bitmap.
 * @see https://www.postgresql.org/docs/15/pgtrgm.html (index support: "also support the equality operator")
 */
export const byKey = 'SET LOCAL enable_bitmapscan = off';
