import type { ExportRecord, ExportWriter } from './contract.ts';

/** One JSON text a line, in the shape that `shape` gives a record. @see https://github.com/ndjson/ndjson-spec */
export function ndjsonWriter(shape: (record: ExportRecord) => object): ExportWriter {
  return {
    begin: '',
    write: (record) => ({ text: `${JSON.stringify(shape(record))}\n` }),
    middle: () => '',
    end: () => '',
  };
}
