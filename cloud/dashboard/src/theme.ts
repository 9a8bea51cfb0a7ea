import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const iris: MantineColorsTuple = [
  '#eff0ff',
  '#dfe2fe',
  '#bfc4fb',
  '#a0a7f7',
  '#8b93f4',
  '#6b74ea',
  '#5058d8',
  '#444bbd',
  '#383e9b',
  '#2b2f77',
];

/** Mantine's own dark grays, in the tone of ours: inputs, borders and hovers come from them. */
const dark: MantineColorsTuple = [
  '#ececf1',
  '#c6c9d2',
  '#9da1ae',
  '#7b7f8d',
  '#363943',
  '#23252c',
  '#1b1c22',
  '#16171c',
  '#101115',
  '#0e0f12',
];

/** Colors and sizes of Mantine's own parts; those of ours are the `--rc-…` variables in base.css. */
export const theme = createTheme({
  colors: { iris, dark },
  primaryColor: 'iris',
  primaryShade: 6,
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  cursorType: 'pointer',
  headings: { fontWeight: '600' },
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' }, styles: { label: { fontWeight: 550 } } },
    Modal: {
      defaultProps: { radius: 'lg', padding: 24, centered: true, overlayProps: { backgroundOpacity: 0.4, blur: 2 } },
      styles: { title: { fontSize: 17, fontWeight: 620, letterSpacing: '-0.015em' } },
    },
    InputWrapper: { styles: { label: { marginBottom: 5, fontWeight: 540 }, description: { marginBottom: 5 } } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false } },
  },
});

/** Mantine's surfaces and lines follow ours, so that a dialog and a panel are of one piece. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--rc-panel)',
    '--mantine-color-text': 'var(--rc-text)',
    '--mantine-color-dimmed': 'var(--rc-muted)',
    '--mantine-color-default': 'var(--rc-panel)',
    '--mantine-color-default-hover': 'var(--rc-hover)',
    '--mantine-color-default-border': 'var(--rc-line-strong)',
    '--mantine-color-placeholder': 'var(--rc-muted)',
    '--mantine-color-error': 'var(--rc-absent-text)',
  };
  return { variables: {}, light: shared, dark: shared };
};
