/**
 * The parts of a CPE name that say which product and version is meant. Values are unescaped;
 * `*` is ANY and `-` is NA (a value that is nothing but an escaped `*` or `-` keeps its backslash).
 */
export interface Cpe {
  readonly part: 'a' | 'o' | 'h' | null; // null: ANY or NA
  readonly vendor: string;
  readonly product: string;
  readonly version: string;
  readonly update: string;
  readonly targetSw: string;
}

const formattedPrefix = 'cpe:2.3:';
const uriPrefix = 'cpe:/';
const maxLength = 4_096;

/**
 * Parses a CPE 2.3 formatted string or a CPE 2.2 URI; null when it is neither. Missing attributes are ANY.
 * @see https://csrc.nist.gov/pubs/ir/7695/final (6.1 URI, 6.2 formatted string)
 */
export function parseCpe(text: string): Cpe | null {
  if (text.length > maxLength) return null;
  if (text.startsWith(formattedPrefix)) return parseFormatted(text);
  return text.startsWith(uriPrefix) ? parseUri(text) : null;
}

/** Where the attribute that starts at `from` ends: at the next colon that is not escaped, or at the end. */
function endOfAttribute(text: string, from: number): number {
  let at = text.indexOf(':', from);
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf(':', at + 1);
  return at < 0 ? text.length : at;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 92) backslashes++;
  return backslashes % 2 === 1;
}

function attribute(text: string, from: number, to: number): string {
  if (from >= to) return '*';
  const value = text.slice(from, to);
  if (value.indexOf('\\') < 0 || value === '\\-' || value === '\\*') return value;
  return value.replace(/\\(.)/gs, '$1');
}

function parseFormatted(text: string): Cpe | null {
  const part = partOf(text.slice(8, 9));
  if (part === undefined || text.charCodeAt(9) !== 58) return null;
  const vendorEnd = endOfAttribute(text, 10);
  const productEnd = endOfAttribute(text, vendorEnd + 1);
  if (vendorEnd === 10 || productEnd <= vendorEnd + 1) return null;
  const versionEnd = endOfAttribute(text, productEnd + 1);
  const updateEnd = endOfAttribute(text, versionEnd + 1);
  let targetStart = updateEnd + 1;
  for (let skipped = 0; skipped < 3; skipped++) targetStart = endOfAttribute(text, targetStart) + 1;
  return {
    part,
    vendor: attribute(text, 10, vendorEnd),
    product: attribute(text, vendorEnd + 1, productEnd),
    version: attribute(text, productEnd + 1, versionEnd),
    update: attribute(text, versionEnd + 1, updateEnd),
    targetSw: attribute(text, targetStart, endOfAttribute(text, targetStart)),
  };
}

function partOf(letter: string): Cpe['part'] | undefined {
  if (letter === 'a' || letter === 'o' || letter === 'h') return letter;
  return letter === '*' || letter === '-' ? null : undefined;
}

function parseUri(text: string): Cpe | null {
  const [letter = '', vendor, product, version, update, edition] = text.slice(uriPrefix.length).split(':');
  const part = partOf(letter.toLowerCase());
  if (part === undefined || !vendor || !product) return null;
  const packed = edition?.startsWith('~') ? edition.split('~') : [];
  return {
    part,
    vendor: decoded(vendor),
    product: decoded(product),
    version: decoded(version),
    update: decoded(update),
    targetSw: decoded(packed[3]),
  };
}

/** Percent-decodes an attribute of a CPE URI; %01 and %02 are the wildcards ? and *. */
function decoded(value: string | undefined): string {
  if (!value) return '*';
  const wild = value.replaceAll('%01', '?').replaceAll('%02', '*');
  try {
    return decodeURIComponent(wild);
  } catch {
    return wild;
  }
}
