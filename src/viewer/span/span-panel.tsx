import { useState } from 'preact/hooks';
import { EXCEPTION_EVENT, EXCEPTION_MESSAGE, EXCEPTION_TYPE } from '../../facts/semconv.ts';
import { errorOf } from '../../pipeline/exporters/tree/spans/span-facts.ts';
import { isCall } from '../data/call-facts.ts';
import { writePlace } from '../data/hash-route.ts';
import { goTo } from '../data/page-state.ts';
import type { LogRow, ViewedSpan } from '../page-data.ts';
import { LongText } from '../parts/long-text.tsx';
import { CopyButtons } from './copy-buttons.tsx';
import { EventTable } from './event-table.tsx';
import { FieldTable } from './field-table.tsx';
import { Messages } from './messages.tsx';
import { requestFields, usageFields } from './span-fields.ts';

const TABS = ['Messages', 'Request', 'Usage', 'Events', 'Attributes', 'Raw'] as const;

/** See {@link SpanPanel}. */
export interface SpanPanelProps {
  readonly span: ViewedSpan;
  /** Log records of the trace. */
  readonly logs: readonly LogRow[];
  /** The span to compare with, as `<trace>/<span>`. */
  readonly marked: string | undefined;
  readonly onMark: (span: string) => void;
}

/** Everything of one span. */
export function SpanPanel({ span, logs, marked, onMark }: SpanPanelProps) {
  const [tab, setTab] = useState<(typeof TABS)[number]>(
    isCall(span) || span.status !== 'error' ? 'Messages' : 'Attributes',
  );
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length] ?? tab;
    setTab(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <section class="panel" aria-label="Span details">
      <header>
        <h2 dir="auto">{span.name}</h2>
        <span class="buttons">
          {isCall(span) && <CompareButton span={span} marked={marked} onMark={onMark} />}
          <CopyButtons span={span} />
        </span>
      </header>
      <ErrorBox span={span} />
      <div role="tablist" aria-label="Span" onKeyDown={move}>
        {TABS.map((name) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={name === tab}
            aria-controls="tab-panel"
            tabIndex={name === tab ? 0 : -1}
            onClick={() => setTab(name)}
          >
            {name}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a panel that scrolls has to be reached by the keyboard */}
      <div id="tab-panel" class="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {tab === 'Messages' && <Messages span={span} />}
        {tab === 'Request' && <FieldTable caption="Request" fields={requestFields(span)} />}
        {tab === 'Usage' && <FieldTable caption="Usage" fields={usageFields(span)} />}
        {tab === 'Events' && <EventTable span={span} logs={logs.filter(({ spanId }) => spanId === span.spanId)} />}
        {tab === 'Attributes' && (
          <>
            <FieldTable caption="Attributes" fields={Object.entries(span.attributes)} />
            <FieldTable caption="Resource" fields={Object.entries(span.resource)} />
          </>
        )}
        {tab === 'Raw' && <LongText text={JSON.stringify(span, null, 2)} />}
      </div>
    </section>
  );
}

function ErrorBox({ span }: { readonly span: ViewedSpan }) {
  const { attributes, status, statusMessage } = span;
  const text = errorOf({ attributes, failed: status === 'error', description: statusMessage });
  if (text === undefined) return null;
  const exception = span.events.find(({ name }) => name === EXCEPTION_EVENT)?.attributes ?? {};
  const { [EXCEPTION_TYPE]: type, [EXCEPTION_MESSAGE]: message, 'exception.stacktrace': stack } = exception;
  return (
    <div class="error-box" role="alert" data-testid="error-box">
      <div class="text" dir="auto">
        {text}
      </div>
      {(type !== undefined || message !== undefined) && (
        <details>
          <summary>
            {String(type ?? 'exception')}: {String(message ?? '')}
          </summary>
          <LongText text={String(stack ?? '')} />
        </details>
      )}
    </div>
  );
}

/** Marks a call; with a call marked, compares the two. */
function CompareButton({ span, marked, onMark }: Pick<SpanPanelProps, 'span' | 'marked' | 'onMark'>) {
  const name = `${span.traceId}/${span.spanId}`;
  const isMarked = marked === name;
  const act = (): void => {
    if (marked === undefined || isMarked) onMark(name);
    else goTo(writePlace({ screen: 'compare', id: undefined, params: { a: marked, b: name } }));
  };
  const hint = isMarked
    ? 'Marked: choose another model call'
    : marked === undefined
      ? 'Mark this call'
      : 'With the marked call';
  return (
    <button type="button" aria-pressed={isMarked} title={hint} onClick={act}>
      Compare
    </button>
  );
}
