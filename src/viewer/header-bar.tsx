import { useState } from 'preact/hooks';
import { SCREENS } from './data/hash-route.ts';
import type { Live } from './data/page-state.ts';
import { cost, count } from './parts/amounts.ts';
import { Modal } from './parts/modal.tsx';

const TOTALS = [
  { id: 'total-calls', title: 'calls', text: (stats: NonNullable<Live['stats']>) => count(stats.calls) },
  { id: 'total-errors', title: 'errors', text: (stats: NonNullable<Live['stats']>) => count(stats.errors) },
  { id: 'total-input', title: 'in', text: (stats: NonNullable<Live['stats']>) => count(stats.inputTokens) },
  { id: 'total-output', title: 'out', text: (stats: NonNullable<Live['stats']>) => count(stats.outputTokens) },
  { id: 'total-cost', title: 'cost', text: (stats: NonNullable<Live['stats']>) => cost(stats.cost) },
] as const;

const title = (screen: string): string => screen[0]?.toUpperCase() + screen.slice(1);

/** See {@link HeaderBar}. */
export interface HeaderBarProps {
  readonly screen: string;
  readonly live: Live;
  readonly onTheme: () => void;
}

/** Views, totals, and what happens to the data. */
export function HeaderBar({ screen, live, onTheme }: HeaderBarProps) {
  const [asks, setAsks] = useState(false);
  const { stats, connection, isPaused, setPaused } = live;
  const clear = async (): Promise<void> => {
    setAsks(false);
    await fetch('/api/data', { method: 'DELETE' });
  };
  const dropped = (stats?.dropped ?? 0) + (stats?.droppedSpans ?? 0);
  return (
    <header class="top">
      <h1>llm-otel</h1>
      <nav aria-label="Views">
        {SCREENS.filter((one) => one !== 'compare').map((one) => (
          <a key={one} href={`#/${one}`} aria-current={one === screen ? 'page' : undefined}>
            {title(one)}
          </a>
        ))}
      </nav>
      <dl class="totals">
        {TOTALS.map(({ id, title: name, text }) => (
          <div key={id} class={id}>
            <dt>{name}</dt>
            <dd data-testid={id}>{stats === undefined ? '' : text(stats)}</dd>
          </div>
        ))}
      </dl>
      {dropped > 0 && (
        <span
          class="dropped"
          data-testid="dropped"
          title="The oldest traces made room: --max-spans and --max-bytes say how much is kept"
        >
          {stats !== undefined && stats.dropped > 0 && `${count(stats.dropped)} traces dropped`}
          {stats !== undefined && stats.droppedSpans > 0 && ` ${count(stats.droppedSpans)} spans dropped`}
        </span>
      )}
      <span class={`live ${connection}`} data-testid="live" role="status">
        {connection}
      </span>
      <span class="buttons">
        <button type="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          Pause
        </button>
        <button type="button" onClick={() => setAsks(true)}>
          Clear
        </button>
        <button type="button" onClick={onTheme}>
          Theme
        </button>
      </span>
      {asks && (
        <Modal title="Clear all data?" onClose={() => setAsks(false)}>
          <p>The page and the server forget everything that has arrived. Saved files stay.</p>
          <p class="buttons">
            <button type="button" onClick={clear}>
              Clear all data
            </button>
            <button type="button" onClick={() => setAsks(false)}>
              Keep
            </button>
          </p>
        </Modal>
      )}
    </header>
  );
}
