/** What an ingest tells while it works, as data: the command line draws it, a scheduled run may drop it. */
export type Progress =
  | { readonly kind: 'records'; readonly done: number; readonly bytesRead: number; readonly bytesTotal: number | null }
  | { readonly kind: 'indexing' };
