import type { ExportRecord, ExportWriter } from '../../domain/export/contract.ts';
import { Spool } from './spool.ts';

/** The text of an export, in pieces of a page of records; nothing of it is kept. */
export async function* exportText(
  pages: AsyncIterable<readonly ExportRecord[]>,
  writer: ExportWriter,
): AsyncGenerator<string> {
  const asides = new Spool();
  try {
    if (writer.begin !== '') yield writer.begin;
    for await (const page of pages) {
      const written = page.map((record) => writer.write(record));
      yield written.map(({ text }) => text).join('');
      const aside = written.map((one) => one.aside ?? '').join('');
      if (aside !== '') await asides.add(aside);
    }
    yield writer.middle();
    yield* asides.read();
    yield writer.end();
  } finally {
    await asides.close();
  }
}
