import { StringDecoder } from 'node:string_decoder';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { sizeOf } from './limits.ts';
import { excerptOf, Findings, type Found, type Splitter, tooLong } from './split.ts';

/** XML that is read, by its root; the records are the grandchildren of it that have these names. */
const catalogues: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['Weakness_Catalog', new Set(['Weakness', 'Category', 'View'])],
]);

const deepest = 50;
/** A record of more elements than this is too long, however short they are. */
const mostElements = 20_000;
/** The parser keeps a text or a tag in memory until its end. */
const longestToken = 4 * 1024 * 1024;
/** Markup whose beginning is a new line in the text of what holds it, and list items. */
const lines = new Set(['p', 'br', 'div', 'ul', 'ol', 'li', 'tr', 'table', 'pre']);
const markup = 'xhtml:';

/** An element in the shape of the record that it becomes. */
interface Element {
  readonly element: string;
  readonly attributes: Record<string, string>;
  text: string;
  readonly children: Element[];
}

/**
 * The records of an XML catalogue, as JSON: `{"element":"Weakness","attributes":{…},"text":"…","children":[…]}`, where markup
 * in XHTML is part of the text around it. Nothing outside the document is read: a document type is refused, and with it
 * every entity but XML's own five.
 */
export class XmlSplitter implements Splitter {
  readonly #findings = new Findings();
  readonly #decoder = new StringDecoder('utf8');
  readonly #parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  readonly #limit: number;
  readonly #open: { readonly element: Element; readonly depth: number }[] = []; // of the record, the outermost first
  #elements = 0; // of the record
  #records: ReadonlySet<string> | null = null; // null: the root is not seen yet
  #depth = 0;
  #recordFrom = 0;
  #lastEvent = 0; // where the last tag or text ended
  #failure: string | null = null;

  constructor(limits: { readonly recordBytes: number }) {
    this.#limit = limits.recordBytes;
    const parser = this.#parser;
    parser.on('error', (error) => this.#fail(this.#records ? `is broken in ${placed(error.message)}` : notOurs));
    parser.on('doctype', (type) => this.#fail(/^\s*html\b/i.test(type) ? notOurs : withDoctype));
    parser.on('opentag', (tag) => this.#begin(tag));
    parser.on('text', (text) => this.#text(text));
    parser.on('cdata', (text) => this.#text(text));
    parser.on('closetag', (tag) => this.#end(tag));
  }

  get failure(): string | null {
    return this.#failure;
  }

  get count(): number {
    return this.#findings.count;
  }

  get envelope() {
    return this.#findings.envelope;
  }

  take(): readonly Found[] {
    return this.#findings.take();
  }

  push(chunk: Buffer): void {
    if (this.#failure !== null) return;
    this.#parser.write(this.#decoder.write(chunk));
    if (this.#parser.position - this.#lastEvent > longestToken)
      this.#fail(`holds a text or tag of more than ${sizeOf(longestToken)}`);
  }

  end(): void {
    if (this.#failure !== null) return;
    if (this.#depth > 0) this.#fail(`is cut off in line ${this.#parser.line}`);
    else this.#parser.close();
    if (this.#records === null) this.#fail(notOurs);
  }

  #fail(reason: string): void {
    this.#failure ??= reason;
  }

  #begin({ name, attributes }: SaxesTagPlain): void {
    if (this.#failure !== null) return;
    this.#depth++;
    this.#moved();
    if (this.#depth === 1) this.#root(name, attributes);
    if (this.#depth > deepest) this.#fail(`is nested more than ${deepest} deep`);
    if (this.#depth === 3 && this.#records?.has(name)) {
      this.#recordFrom = this.#parser.position;
      this.#elements = 0;
    } else if (this.#open.length === 0) return;
    const parent = this.#open.at(-1)?.element;
    if (parent && (this.#long || name.startsWith(markup))) {
      if (!this.#long) parent.text += breakBefore(name.slice(markup.length));
      return;
    }
    const element: Element = { element: name, attributes: { ...attributes }, text: '', children: [] };
    this.#elements++;
    parent?.children.push(element);
    this.#open.push({ element, depth: this.#depth });
  }

  #root(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#records = catalogues.get(name) ?? null;
    if (this.#records === null) this.#fail(notOurs);
    else this.#findings.setEnvelope(Object.fromEntries(Object.entries(attributes).filter(([a]) => !a.includes(':'))));
  }

  #text(text: string): void {
    this.#moved();
    const open = this.#open.at(-1);
    // Lines in the document mean nothing: those of the text are made by its markup.
    if (open && !this.#long) open.element.text += text.replaceAll(/\s+/g, ' ');
  }

  #end({ name }: { readonly name: string }): void {
    if (this.#failure !== null) return;
    const depth = this.#depth--;
    this.#moved();
    const open = this.#open.at(-1);
    if (!open) return;
    if (open.depth !== depth) {
      if (!this.#long) open.element.text += breakAfter(name.slice(markup.length));
    } else if (this.#open.length > 1) this.#open.pop();
    else this.#record(open.element);
  }

  /** A record is complete. */
  #record(element: Element): void {
    const place = `record ${this.count + 1}`;
    if (this.#long) {
      const { ID = '', Name = '' } = element.attributes;
      const size = Math.max(this.#parser.position - this.#recordFrom, this.#limit + 1);
      const start = excerptOf(Buffer.from(`${element.element} ${ID} ${Name}`.slice(0, 1000)));
      this.#findings.reject(place, tooLong(size, this.#limit), start);
    } else this.#findings.record(Buffer.from(JSON.stringify(element)), place);
    this.#open.length = 0;
  }

  /** The record that is open is longer than it may be: nothing more of it is kept. */
  get #long(): boolean {
    if (this.#open.length === 0) return false;
    return this.#parser.position - this.#recordFrom > this.#limit || this.#elements > mostElements;
  }

  #moved(): void {
    this.#lastEvent = this.#parser.position;
  }
}

/** Of XML that has one. */
export const withDoctype =
  'is XML with a document type (DOCTYPE), which is not read, as it may point outside: take it out of the file, or fetch the file anew from its publisher';
const notOurs = 'holds XML, not JSON: check where it was downloaded from';

/** The parser's '12:7: unexpected close tag.' as 'line 12: unexpected close tag'. */
function placed(message: string): string {
  return message.replace(/^(\d+):\d+: (.*?)\.?$/s, 'line $1: $2');
}

function breakBefore(name: string): string {
  return name === 'li' ? '\n- ' : lines.has(name) ? '\n' : '';
}

function breakAfter(name: string): string {
  return name === 'td' || name === 'th' ? ' ' : breakBefore(name) === '' ? '' : '\n';
}
