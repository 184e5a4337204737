import { createTheme } from '@mantine/core';

/** System fonts: nothing is loaded from other hosts. */
const fontFamily = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';

export const theme = createTheme({
  fontFamily,
  headings: { fontFamily, fontWeight: '650' },
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
  primaryColor: 'blue',
  // White on it has a contrast of 5 in both themes.
  primaryShade: 8,
  autoContrast: true,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  components: {
    // In its own colour a title is too faint on the dark theme's tint; the icon has it, too.
    Alert: { styles: { title: { color: 'var(--mantine-color-text)' } } },
    // What scrolls must be reached by the keyboard.
    TableScrollContainer: { defaultProps: { type: 'native', tabIndex: 0 } },
  },
});
