/** How catalogues mark where a sentence is from: `(Citation: Name of a report)`; the name may hold one pair of brackets. */
const citation = /[ \t]?\(Citation:[^()]*(?:\([^()]*\)[^()]*)?\)/g;
const link = /\[([^[\]]*)\]\((https?:[^()\s]*)\)/g;
const ownLink = /^https?:\/\/(?:attack|capec|cwe)\.mitre\.org\//;
const breaking = /<\/?(?:xhtml:)?(?:p|br|div|ul|ol|li|tr|table|tbody|thead|h[1-6]|pre|blockquote)\b[^<>]*>/gi;
const item = /<(?:xhtml:)?li\b[^<>]*>/gi;
const inline = /<\/?(?:xhtml:)?(?:code|b|i|em|strong|sup|sub|span|a|td|th|img)\b[^<>]*>/gi;
const entity = /&(?:lt|gt|amp|quot|apos|nbsp|#39);/g;
const characters: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
  '&#39;': "'",
  '&nbsp;': ' ',
};

/**
 * The text of a description in Markdown or XHTML for people: links by their words (and where they lead, when outside the
 * catalogues), no citations, no markup; paragraphs and list items on lines of their own.
 */
export function plainText(text: string): string {
  const isHtml = text.includes('<');
  const words = (isHtml ? withoutMarkup(text) : text)
    .replaceAll(citation, '')
    .replaceAll(link, (_, name: string, url: string) => (ownLink.test(url) ? name : linked(name, url)));
  const plain = words.includes('&') ? words.replaceAll(entity, (found) => characters[found] ?? found) : words;
  return tidyLines(plain);
}

function linked(name: string, url: string): string {
  return name === '' || name === url ? url : `${name} (${url})`;
}

function withoutMarkup(text: string): string {
  return text.replaceAll(item, '\n- ').replaceAll(breaking, '\n').replaceAll(inline, '');
}

/** Lines without blanks around them, at most one empty line between two, and none before a list's item. */
export function tidyLines(text: string): string {
  const lines = text.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim());
  const kept = lines.filter((line, i) => line !== '' || (i > 0 && lines[i - 1] !== ''));
  return kept.join('\n').replaceAll('\n\n- ', '\n- ').trim();
}
