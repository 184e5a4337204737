import { Text, type TextProps } from '@mantine/core';
import { ago, day, exactTime } from '../lib/format.ts';

interface WhenProps extends TextProps {
  readonly at: string | null;
  /** How long ago instead of the day. */
  readonly asAge?: boolean;
  /** What stands there without a time. */
  readonly none?: string;
}

/** A time as its day, or its age; the exact time shows where one points at it. */
export function When({ at, asAge, none = '–', ...text }: WhenProps) {
  if (!at)
    return (
      <Text size="sm" span {...text}>
        {none}
      </Text>
    );
  return (
    <Text size="sm" component="time" dateTime={at} title={exactTime(at)} {...text}>
      {asAge ? ago(at, Date.now()) : day(at)}
    </Text>
  );
}
