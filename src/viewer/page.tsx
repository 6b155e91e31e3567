import { useCallback, useEffect, useState } from 'preact/hooks';
import { Compare } from './compare/compare.tsx';
import { type Screen, tracePlace, writePlace } from './data/hash-route.ts';
import { goTo, useLive, usePlace } from './data/page-state.ts';
import { HeaderBar } from './header-bar.tsx';
import { useKeys } from './parts/keys.ts';
import { Modal } from './parts/modal.tsx';
import { toggleTheme } from './parts/theme.ts';
import { Conversations } from './screens/conversations.tsx';
import { Logs } from './screens/logs.tsx';
import { Metrics } from './screens/metrics.tsx';
import { Models } from './screens/models.tsx';
import { Traces } from './screens/traces.tsx';

const OTHER_SCREENS = {
  conversations: Conversations,
  models: Models,
  logs: Logs,
  metrics: Metrics,
  compare: Compare,
} as const satisfies Record<Exclude<Screen, 'traces'>, unknown>;

const SHORTCUTS = [
  ['/', 'search'],
  ['j, k', 'next and previous trace'],
  ['Enter', 'open the trace'],
  ['Esc', 'leave the search; back to the newest trace'],
  ['arrow keys', 'move in the waterfall'],
  ['[, ]', 'previous and next model call'],
  ['c', 'mark a model call, and compare'],
  ['p', 'pause'],
  ['t', 'theme'],
  ['?', 'this list'],
] as const;

/** Tells a part of the page about a key. */
const send = (name: string, detail: 1 | -1): void => void dispatchEvent(new CustomEvent(name, { detail }));

const press = (selector: string): void => document.querySelector<HTMLElement>(selector)?.click();

/** The page of `llm-otel view`. */
export function Page() {
  const place = usePlace();
  const live = useLive();
  const [marked, setMarked] = useState<string>();
  const [hasHelp, setHelp] = useState(false);
  const { isPaused, setPaused } = live;
  const mark = useCallback((span: string) => setMarked((before) => (before === span ? undefined : span)), []);
  useKeys({
    '/': () => {
      if (place.screen !== 'traces') goTo(writePlace({ screen: 'traces', id: undefined, params: {} }));
      const search = document.getElementById('search');
      if (search === null) setTimeout(() => document.getElementById('search')?.focus());
      else search.focus();
    },
    j: () => send('trace-step', 1),
    k: () => send('trace-step', -1),
    Enter: () => document.querySelector<HTMLElement>('[role="treeitem"][aria-selected="true"]')?.focus(),
    Escape: () => {
      if (place.screen === 'traces' && place.id !== undefined) goTo(tracePlace(place, undefined));
      else if (place.screen === 'compare') history.back();
    },
    '[': () => send('model-call', -1),
    ']': () => send('model-call', 1),
    c: () => press('.panel [aria-pressed]'),
    p: () => setPaused(!isPaused),
    t: toggleTheme,
    '?': () => setHelp(true),
  });
  useEffect(() => {
    document.title = `${place.screen} · llm-otel view`;
  }, [place.screen]);
  const Other = place.screen === 'traces' ? undefined : OTHER_SCREENS[place.screen];
  return (
    <>
      <HeaderBar screen={place.screen} live={live} onTheme={toggleTheme} />
      <main>
        {Other === undefined ? (
          <Traces place={place} {...live} marked={marked} onMark={mark} />
        ) : (
          <Other place={place} version={live.version} />
        )}
      </main>
      {hasHelp && (
        <Modal title="Keyboard shortcuts" onClose={() => setHelp(false)}>
          <dl class="keys">
            {SHORTCUTS.map(([key, what]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
          <button type="button" onClick={() => setHelp(false)}>
            Close
          </button>
        </Modal>
      )}
    </>
  );
}
