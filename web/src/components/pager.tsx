import { Pagination } from '@mantine/core';

const labels = { first: 'First page', previous: 'Previous page', next: 'Next page', last: 'Last page' } as const;

interface PagerProps {
  readonly page: number;
  readonly pages: number;
  /** What is paged through, for those who hear the page. */
  readonly label: string;
  readonly onChange: (page: number) => void;
}

/** The ways to the other pages of a list; nothing where there is only one. */
export function Pager({ page, pages, label, onChange }: PagerProps) {
  if (pages <= 1) return null;
  return (
    <Pagination
      component="nav"
      aria-label={label}
      total={pages}
      value={Math.min(page, pages)}
      onChange={onChange}
      size="sm"
      mt="md"
      getControlProps={(control) => ({ 'aria-label': labels[control] })}
      getItemProps={(item) => ({ 'aria-label': `Page ${item}` })}
    />
  );
}
