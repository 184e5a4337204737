import { useLocalStorage } from '@mantine/hooks';
import { useEffect, useRef } from 'react';

/** Whether single keys do something, kept in this browser: they can be in the way of who speaks to the computer. */
export function useKeysSetting() {
  return useLocalStorage({ key: 'openthreat-keys', defaultValue: true, getInitialValueInEffect: false });
}

const writable = 'input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=dialog], [role=menu]';

/** Does what single keys are for, unless somebody is writing, or switched them off. */
export function useKeys(actions: Readonly<Record<string, () => void>>): void {
  const [isOn] = useKeysSetting();
  const current = useRef(actions);
  current.current = actions;
  useEffect(() => {
    if (!isOn) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest(writable)) return;
      const action = current.current[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [isOn]);
}
