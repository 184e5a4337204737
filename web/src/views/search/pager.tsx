import { Button, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { count } from '../../lib/format.ts';

/** The ways to the pages before and after. */
export function Pager({
  page,
  pages,
  onPrevious,
  onNext,
}: {
  page: number;
  pages: number | null;
  onPrevious: (() => void) | null;
  onNext: (() => void) | null;
}) {
  if (!onPrevious && !onNext) return null;
  return (
    <Group component="nav" aria-label="Pages" justify="center" gap="md">
      <Button
        variant="default"
        leftSection={<IconChevronLeft size={16} aria-hidden />}
        disabled={!onPrevious}
        onClick={() => onPrevious?.()}
      >
        Previous
      </Button>
      <Text size="sm" className="ot-number">
        Page {count(page)}
        {pages === null ? '' : ` of ${count(pages)}`}
      </Text>
      <Button
        variant="default"
        rightSection={<IconChevronRight size={16} aria-hidden />}
        disabled={!onNext}
        onClick={() => onNext?.()}
      >
        Next
      </Button>
    </Group>
  );
}
