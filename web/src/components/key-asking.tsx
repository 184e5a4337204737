import { useQueryClient } from '@tanstack/react-query';
import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useMemo, useState } from 'react';
import { savedKey } from '../api/client.ts';

const KeyDialog = lazy(async () => ({ default: (await import('./key-dialog.tsx')).KeyDialog }));

/** Asks for an API key, with the reason. @returns whether one was given */
type Ask = (why: string | null) => Promise<boolean>;

const Asking = createContext<{ readonly ask: Ask; readonly hasKey: boolean }>({
  ask: async () => false,
  hasKey: false,
});

/** The way to ask for a key, and whether this browser has one. */
export const useKey = () => useContext(Asking);

interface Asked {
  readonly why: string | null;
  /** Where the focus was, and returns to. */
  readonly from: Element | null;
  readonly answer: (saved: boolean) => void;
}

/** Where anything may ask for an API key. */
export function KeyAsking({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [hasKey, setHasKey] = useState(() => savedKey() !== null);
  const ask = useCallback<Ask>((why) => {
    const from = document.activeElement;
    return new Promise((answer) => setAsked({ why, from, answer }));
  }, []);
  const shared = useMemo(() => ({ ask, hasKey }), [ask, hasKey]);

  function done(saved: boolean): void {
    asked?.answer(saved);
    setAsked(null);
    setHasKey(savedKey() !== null);
    const from = asked?.from;
    if (from instanceof HTMLElement) setTimeout(() => from.focus()); // after the dialog is gone
    void client.invalidateQueries(); // other keys may see other things
  }

  return (
    <Asking value={shared}>
      {children}
      {asked && (
        <Suspense>
          <KeyDialog why={asked.why} onDone={done} />
        </Suspense>
      )}
    </Asking>
  );
}
