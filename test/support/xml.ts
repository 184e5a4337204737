import { SaxesParser } from 'saxes';

/** An element of an XML document. */
export interface Element {
  readonly name: string; // with its prefix
  readonly uri: string; // of its namespace
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string; // its own, without that of its children
}

interface Growing extends Element {
  readonly children: Growing[];
  text: string;
}

/** The root of a document. @throws for what is not well-formed */
export function parseXml(xml: string): Element {
  const parser = new SaxesParser({ xmlns: true });
  const open: Growing[] = [{ name: '', uri: '', attributes: {}, children: [], text: '' }];
  const add = (text: string) => {
    const top = open.at(-1);
    if (top) top.text += text;
  };
  parser.on('opentag', ({ name, uri, attributes }) => {
    const values = Object.fromEntries(Object.entries(attributes).map(([key, { value }]) => [key, value]));
    const element: Growing = { name, uri, attributes: values, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
  const root = open[0]?.children[0];
  if (!root) throw new Error('there is no element');
  return root;
}

/** The children of an element that have a name. */
export function all(element: Element, name: string): Element[] {
  return element.children.filter((child) => child.name === name);
}

/** The one child that has a name. @throws when there is none, or are several */
export function one(element: Element, name: string): Element {
  const [first, ...more] = all(element, name);
  if (!first || more.length > 0) throw new Error(`${element.name} has ${more.length + (first ? 1 : 0)} ${name}`);
  return first;
}
