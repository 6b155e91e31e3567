import { useState } from 'preact/hooks';
import { isCall } from '../data/call-facts.ts';
import type { ViewedSpan } from '../page-data.ts';

const COPIES = [
  { as: 'curl', title: 'Copy as cURL', isForCalls: true },
  { as: 'json', title: 'Copy as JSON', isForCalls: false },
  { as: 'fixture', title: 'Copy as test fixture', isForCalls: true },
] as const;

/** How long the page says that a text was copied. Milliseconds. */
const SAID_MS = 3000;

/** Buttons that copy a span for a shell, as OTLP, or for a test. */
export function CopyButtons({ span }: { readonly span: ViewedSpan }) {
  const [said, setSaid] = useState('');
  const copy = async (as: string): Promise<void> => {
    setSaid('');
    try {
      const answer = await fetch(`/api/spans/${span.traceId}/${span.spanId}?as=${as}`);
      if (!answer.ok) throw new Error(answer.statusText);
      await navigator.clipboard.writeText(await answer.text());
      setSaid('Copied');
    } catch {
      setSaid('Not copied: the browser refused');
    }
    setTimeout(() => setSaid(''), SAID_MS);
  };
  return (
    <>
      {COPIES.filter(({ isForCalls }) => !isForCalls || isCall(span)).map(({ as, title }) => (
        <button key={as} type="button" onClick={() => copy(as)}>
          {title}
        </button>
      ))}
      <span class="said" role="status">
        {said}
      </span>
    </>
  );
}
