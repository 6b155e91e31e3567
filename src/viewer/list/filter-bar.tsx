import { useEffect, useState } from 'preact/hooks';
import { filtersOf, type Place, writePlace } from '../data/hash-route.ts';
import { goTo } from '../data/page-state.ts';

/** Typing asks the server after this pause in milliseconds. */
const TYPING_MS = 150;

const SWITCHES = [
  { name: 'error', title: 'Errors' },
  { name: 'stream', title: 'Streams' },
  { name: 'tool', title: 'Tools' },
] as const;

/** See {@link FilterBar}. */
export interface FilterBarProps {
  readonly place: Place;
  readonly models: readonly string[];
  readonly services: readonly string[];
}

/** Search and filters; they live in the hash. */
export function FilterBar({ place, models, services }: FilterBarProps) {
  const filters = filtersOf(place);
  const set = (name: string, value: string): void =>
    goTo(writePlace({ ...place, params: { ...place.params, [name]: value } }), true);
  return (
    <search class="filters">
      <SearchBox value={filters.q ?? ''} onChange={(text) => set('q', text)} />
      {SWITCHES.map(({ name, title }) => (
        <button
          key={name}
          type="button"
          aria-pressed={filters[name] === '1'}
          onClick={() => set(name, filters[name] === '1' ? '' : '1')}
        >
          {title}
        </button>
      ))}
      <Choice title="Model" value={filters.model} values={models} onChange={(value) => set('model', value)} />
      <Choice title="Service" value={filters.service} values={services} onChange={(value) => set('service', value)} />
    </search>
  );
}

function SearchBox({ value, onChange }: { readonly value: string; readonly onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <input
      id="search"
      type="search"
      aria-label="Search"
      placeholder="Search names, attributes, messages"
      value={text}
      onInput={({ currentTarget }) => setText(currentTarget.value)}
    />
  );
}

interface ChoiceProps {
  readonly title: string;
  readonly value: string | undefined;
  readonly values: readonly string[];
  readonly onChange: (value: string) => void;
}

function Choice({ title, value = '', values, onChange }: ChoiceProps) {
  // A link may name a value that is gone.
  const all = value === '' || values.includes(value) ? values : [value, ...values];
  return (
    <select aria-label={title} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
      <option value="">{title}: all</option>
      {all.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  );
}
