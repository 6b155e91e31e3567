import { useState } from 'preact/hooks';
import { formatCount } from '../../pipeline/exporters/tree/rows/formats.ts';

/** Characters that are shown of a text of more than {@link LONG}. */
const SHOWN = 10_000;
const LONG = 100_000;

/** A text as the text is: line breaks, and the direction of its script. A very long one is cut, with a button for the rest. */
export function LongText({ text }: { readonly text: string }) {
  const [isWhole, setWhole] = useState(false);
  if (text.length <= LONG || isWhole)
    return (
      <div class="text" dir="auto">
        {text}
      </div>
    );
  return (
    <>
      <div class="text" dir="auto">
        {text.slice(0, SHOWN)}…
      </div>
      <button type="button" onClick={() => setWhole(true)}>
        Show all {formatCount(text.length)} characters
      </button>
    </>
  );
}
