import { Combobox, TextInput, useCombobox } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useKeys } from '../lib/search-keys.ts';
import { readSearch, type SearchParams } from '../lib/search-params.ts';
import { QueryHelp } from './query-help.tsx';
import { type Suggestion, SuggestionOption, useSuggestions } from './query-suggestions.tsx';

/** The box's id: who speaks of a mistake in the query leads there. */
export const queryBoxId = 'ot-query';

const isCve = /^CVE-\d{4}-\d{4,}$/;

/** The query of the page, or a new one: Enter searches, / jumps here from anywhere, and what may be meant is suggested. */
export function QueryBox() {
  const input = useRef<HTMLInputElement>(null);
  const { q, ...kept } = useShown();
  const { text, typed, write, place, setPlace } = useText(input, q ?? '');
  const [isTyping, setTyping] = useState(false);
  const suggested = useSuggestions(text, place, isTyping);
  const navigate = useNavigate();
  const store = useCombobox({ onDropdownClose: () => store.resetSelectedOption() });
  useKeys({ '/': () => input.current?.select() });
  const isNarrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const { suggestions } = suggested;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another list has another first option
  useEffect(() => store.resetSelectedOption(), [suggestions]);

  const stop = () => {
    setTyping(false);
    store.closeDropdown();
  };
  const search = () => {
    stop();
    navigate({ to: '/search', search: { q: text.trim() || undefined, ...kept } });
  };
  const take = (chosen: Suggestion) => {
    const before = text.slice(0, suggested.from);
    const after = text.slice(place);
    if (before === '' && after === '' && isCve.test(chosen.text)) {
      stop();
      navigate({ to: `/cve/${chosen.text}` });
      return;
    }
    const end = chosen.kind === 'field' || after.startsWith(' ') ? '' : ' ';
    write(`${before}${chosen.text}${end}${after}`, before.length + chosen.text.length + end.length);
    setTyping(chosen.kind === 'field');
  };

  return (
    <search style={{ flex: 1, maxWidth: 720, minWidth: 0 }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          search();
        }}
      >
        <Combobox
          store={store}
          position="bottom-start"
          width={isNarrow ? 'calc(100vw - 2.5rem)' : 'target'}
          middlewares={{ flip: false, shift: { padding: 8 } }}
          resetSelectionOnOptionHover
          onOptionSubmit={(value) => {
            const chosen = suggestions[Number(value)];
            if (chosen) take(chosen);
          }}
        >
          <Combobox.Target>
            <TextInput
              ref={input}
              id={queryBoxId}
              value={text}
              maxLength={2_000}
              onChange={(event) => {
                typed(event.currentTarget);
                setTyping(true);
                store.openDropdown();
              }}
              onSelect={(event) => setPlace(event.currentTarget.selectionStart ?? text.length)}
              onFocus={() => setTyping(true)}
              onBlur={stop}
              aria-label="Search vulnerabilities"
              aria-autocomplete="list"
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              enterKeyHint="search"
              placeholder="openssl severity:high kev:>-30d"
              leftSection={<IconSearch size={16} aria-hidden />}
              rightSection={<QueryHelp />}
              rightSectionPointerEvents="all"
            />
          </Combobox.Target>
          <Combobox.Dropdown hidden={suggestions.length === 0}>
            <Combobox.Options mah="60vh" style={{ overflowY: 'auto' }} aria-label="What may be meant">
              {suggestions.map((one, i) => (
                <SuggestionOption key={`${one.kind} ${one.text}`} value={String(i)} suggestion={one} />
              ))}
            </Combobox.Options>
          </Combobox.Dropdown>
        </Combobox>
      </form>
    </search>
  );
}

/** The query in the address, and its order, which goes on with the next one. */
function useShown(): Pick<SearchParams, 'q' | 'sort' | 'order'> {
  const { pathname, search } = useRouterState({ select: ({ location }) => location });
  if (pathname !== '/search') return {};
  const { q, sort, order } = readSearch(search);
  return { q, sort, order };
}

/** The text of the box, which begins as what is asked, and where the cursor stands in it. */
function useText(input: RefObject<HTMLInputElement | null>, asked: string) {
  const [text, setText] = useState(asked);
  const [place, setPlace] = useState(asked.length);
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    setText(asked);
    setPlace(asked.length);
  }, [asked]);
  useLayoutEffect(() => {
    if (wanted.current !== null) input.current?.setSelectionRange(wanted.current, wanted.current);
    wanted.current = null;
  });
  const set = (value: string, at: number) => {
    setText(value);
    setPlace(at);
  };
  const typed = ({ value, selectionStart }: HTMLInputElement) => set(value, selectionStart ?? value.length);
  const write = (value: string, at: number) => {
    wanted.current = at;
    set(value, at);
  };
  return { text, typed, write, place, setPlace };
}
