/** The address of a document of the API; what is empty is left out. */
export function address(route: string, query: Readonly<Record<string, string>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  return `/api/v1/${route}?${new URLSearchParams(given)}`;
}
