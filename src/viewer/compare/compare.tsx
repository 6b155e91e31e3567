import { plainText } from '../../pipeline/exporters/tree/spans/read-messages.ts';
import { chatOf } from '../data/call-facts.ts';
import { tracePlace } from '../data/hash-route.ts';
import { useAnswer } from '../data/page-state.ts';
import type { TraceDetail, ViewedSpan } from '../page-data.ts';
import { count } from '../parts/amounts.ts';
import { LongText } from '../parts/long-text.tsx';
import type { ScreenProps } from '../screens/conversations.tsx';
import { requestFields, usageFields } from '../span/span-fields.ts';
import { type DiffRow, diffFields, diffLines } from './diff-lines.ts';

/** Rows of one part that are shown: prompts have thousands of lines. */
const SHOWN = 500;

/** Two model calls side by side: parameters, usage, and the messages line by line. */
export function Compare({ place, version }: ScreenProps) {
  const a = useSpan(place.params.a, version);
  const b = useSpan(place.params.b, version);
  if (a.span === undefined || b.span === undefined)
    return (
      <div class="screen">
        <p class="note">
          {a.isLoaded && b.isLoaded
            ? 'A call of the two is not here any more. Mark two model calls with the button Compare.'
            : 'Loading…'}
        </p>
      </div>
    );
  const [left, right] = [a.span, b.span];
  const link = (span: ViewedSpan) => (
    <a href={tracePlace({ ...place, params: {} }, span.traceId, span.spanId)}>{span.name}</a>
  );
  return (
    <section class="screen" aria-label="Compare">
      <p class="pair">
        {link(left)} with {link(right)}
      </p>
      <DiffTable title="Request" rows={diffFields(texts(requestFields(left)), texts(requestFields(right)))} />
      <DiffTable title="Usage" rows={diffFields(texts(usageFields(left)), texts(usageFields(right)))} />
      <DiffTable title="Messages" rows={diffLines('', linesOf(left), linesOf(right))} />
    </section>
  );
}

function useSpan(name: string | undefined, version: number): { span: ViewedSpan | undefined; isLoaded: boolean } {
  const [traceId = '', spanId] = (name ?? '').split('/');
  const { answer, isLoaded } = useAnswer<TraceDetail>(`/api/traces/${encodeURIComponent(traceId)}`, version);
  return { span: answer?.spans.find((span) => span.spanId === spanId), isLoaded };
}

const texts = (fields: readonly (readonly [string, unknown])[]): Record<string, string> =>
  Object.fromEntries(fields.map(([name, value]) => [name, plainText(value)]));

/** The messages as lines, each message behind a line with its role. */
function linesOf(span: ViewedSpan): string[] {
  return chatOf(span).flatMap(({ role, parts }) => [
    `${role}:`,
    ...parts.flatMap((part) =>
      typeof part.content === 'string' ? part.content.split('\n') : JSON.stringify(part, null, 2).split('\n'),
    ),
  ]);
}

function DiffTable({ title, rows }: { readonly title: string; readonly rows: readonly DiffRow[] }) {
  if (rows.length === 0) return null;
  const hasNames = rows.some(({ name }) => name !== '');
  return (
    <table class="diff">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">Difference</th>
          {hasNames && <th scope="col">Name</th>}
          <th scope="col">First</th>
          <th scope="col">Second</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, SHOWN).map(({ kind, name, a, b }, i) => (
          <tr key={i} class={kind} data-testid="diff-row" data-kind={kind}>
            <td>{kind}</td>
            {hasNames && <th scope="row">{name}</th>}
            <td>
              <LongText text={a} />
            </td>
            <td>
              <LongText text={b} />
            </td>
          </tr>
        ))}
      </tbody>
      {rows.length > SHOWN && (
        <tfoot>
          <tr>
            <td colSpan={4}>{count(rows.length - SHOWN)} more lines are not shown.</td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}
