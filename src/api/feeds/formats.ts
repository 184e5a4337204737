import { Feed } from 'feed';
import type { Entry, FeedHead } from './entry.ts';

/** The forms of feeds, by name. */
export const feedFormats = {
  rss: { type: 'application/rss+xml', write: rss },
  atom: { type: 'application/atom+xml', write: atom },
  json: { type: 'application/feed+json', write: json },
} as const satisfies Readonly<
  Record<string, { readonly type: string; write(head: FeedHead, entries: readonly Entry[]): string }>
>;

export type FeedFormat = keyof typeof feedFormats;

/**
 * RSS 2.0. Its titles are plain text, but some readers take them for HTML: angle brackets become others that look alike, so
 * that they are harmless either way.
 * @see https://www.rssboard.org/rss-specification
 * @see https://www.rssboard.org/rss-profile
 */
function rss(head: FeedHead, entries: readonly Entry[]): string {
  const harmless = (text: string) => text.replaceAll('<', '\u2039').replaceAll('>', '\u203a');
  return xml({ ...head, title: harmless(head.title) }, entries, harmless).rss2();
}

/** Atom, whose titles are HTML here. @see https://www.rfc-editor.org/rfc/rfc4287 */
function atom(head: FeedHead, entries: readonly Entry[]): string {
  return xml(head, entries, html).atom1();
}

function xml(head: FeedHead, entries: readonly Entry[], title: (text: string) => string): Feed {
  const feed = new Feed({
    id: head.id,
    title: head.title,
    description: head.description,
    link: head.home,
    feed: head.self,
    updated: head.updated,
    language: 'en',
    generator: 'OpenThreat',
    docs: 'https://www.rssboard.org/rss-specification',
    author: { name: 'OpenThreat' },
  });
  for (const entry of entries) {
    feed.addItem({
      id: entry.id,
      link: entry.url,
      title: title(entry.title),
      description: `<p>${html(entry.facts)}</p><p>${html(entry.text)}</p>`,
      category: entry.categories.map((name) => ({ name, term: name })),
      date: entry.updated,
      published: entry.published,
    });
  }
  return feed;
}

/** Text as HTML that shows it. */
function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** JSON Feed 1.1, in plain text. @see https://www.jsonfeed.org/version/1.1/ */
function json(head: FeedHead, entries: readonly Entry[]): string {
  const items = entries.map((entry) => ({
    id: entry.id,
    url: entry.url,
    title: entry.title,
    content_text: [entry.facts, entry.text].filter(Boolean).join('\n\n'),
    date_published: entry.published.toISOString(),
    date_modified: entry.updated.toISOString(),
    tags: entry.categories,
  }));
  const { title, home, self, description } = head;
  return `${JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title,
    home_page_url: home,
    feed_url: self,
    description,
    language: 'en',
    authors: [{ name: 'OpenThreat' }],
    items,
  })}\n`;
}
