const KEY = 'llm-otel-theme';

const isTheme = (text: string | null | undefined): text is 'light' | 'dark' => text === 'light' || text === 'dark';

/** The theme that was chosen on an earlier visit; without a choice, the theme of the system. */
export function applyTheme(): void {
  const kept = readKept();
  if (isTheme(kept)) document.documentElement.dataset.theme = kept;
}

/** Changes between the light and the dark theme, and keeps the choice. */
export function toggleTheme(): void {
  const { dataset } = document.documentElement;
  const now = isTheme(dataset.theme)
    ? dataset.theme
    : matchMedia('(prefers-color-scheme: dark)').matches
      ? 'dark'
      : 'light';
  dataset.theme = now === 'dark' ? 'light' : 'dark';
  try {
    localStorage.setItem(KEY, dataset.theme);
  } catch {
    // a browser that keeps nothing: the choice holds for this visit
  }
}

function readKept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
