import { isObject, textOf } from './guards.ts';
import type { Notes } from './notes.ts';

/** An element of an XML document as the reader hands it on: its own text holds that of the markup in it. */
export interface XmlElement {
  readonly element: string; // its name, without a namespace
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** Whether `value` is an element, at its top; what is inside is looked at when it is asked for. */
export function isXmlElement(value: unknown): value is XmlElement {
  if (!isObject(value) || typeof value.element !== 'string' || typeof value.text !== 'string') return false;
  const { attributes } = value;
  if (!isObject(attributes) || !Array.isArray(value.children)) return false;
  return Object.values(attributes).every((a) => typeof a === 'string');
}

/** The elements that lie on this way of names below `element`. */
export function childrenOf(element: XmlElement, ...way: readonly string[]): readonly XmlElement[] {
  return way.reduce<readonly XmlElement[]>(
    (within, name) => within.flatMap((e) => e.children.filter((c) => isXmlElement(c) && c.element === name)),
    [element],
  );
}

/** The texts of the children of this name that have any. */
export function textsWithin(element: XmlElement, name: string, notes: Notes): readonly string[] {
  return childrenOf(element, name).flatMap((c) => textOf(c.text, name, notes) ?? []);
}
