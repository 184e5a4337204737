import { catalogueSink } from './catalogue-sink.ts';
import { indicatorSink } from './indicator-sink.ts';
import { scoreSink } from './score-sink.ts';
import type { Sinks } from './sink.ts';
import { vulnerabilitySink } from './vulnerability-sink.ts';

/** What stores the records of each kind of format. */
export const sinks: Sinks = {
  vulnerability: vulnerabilitySink,
  indicator: indicatorSink,
  catalogue: catalogueSink,
  score: scoreSink,
};
