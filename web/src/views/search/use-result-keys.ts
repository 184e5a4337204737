import { useKeys } from '../../lib/search-keys.ts';

interface Actions {
  readonly onNext: () => void;
  readonly onPrevious: () => void;
  readonly onHelp: () => void;
}

/** The keys of the results. The result in focus is the current one, so Enter opens its link as anywhere. */
export function useResultKeys({ onNext, onPrevious, onHelp }: Actions): void {
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: selectCurrent,
    n: onNext,
    p: onPrevious,
    '?': onHelp,
  });
}

const row = 'tr, li';

function current(): Element | null {
  const active = document.activeElement;
  return active?.closest(row)?.querySelector('[data-result]') ?? null;
}

function move(step: 1 | -1): void {
  const results = [...document.querySelectorAll('[data-result]')];
  const here = current();
  const at = here ? results.indexOf(here) + step : 0;
  const link = results[Math.max(0, Math.min(at, results.length - 1))]?.querySelector<HTMLElement>('a');
  link?.focus();
  link?.scrollIntoView({ block: 'nearest' });
}

function selectCurrent(): void {
  current()?.closest(row)?.querySelector<HTMLElement>('[data-select]')?.click();
}
