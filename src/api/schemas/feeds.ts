import { Type } from 'typebox';
import { QueryString } from './common.ts';

const asked = {
  q: Type.Optional(
    Type.String({
      maxLength: 2000,
      description: 'Which CVEs, in the query language; without it all',
      examples: ['vendor:microsoft severity:(high,critical)'],
    }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50, description: 'How many entries' })),
};

export const FeedQuery = QueryString({
  ...asked,
  sort: Type.Optional(
    Type.Enum(['modified', 'published'], {
      default: 'modified',
      description: 'Which are the newest: those that changed, or that were published',
    }),
  ),
});

export const NamedFeedQuery = QueryString({
  ...asked,
  format: Type.Optional(
    Type.Enum(['rss', 'atom', 'json'], {
      description: 'The form; without it as Accept asks for, or RSS',
      examples: ['atom'],
    }),
  ),
});
