/** One object of a reference catalogue, by its kind. */
export type CatalogueEntry = { readonly kind: string; readonly id: string };
