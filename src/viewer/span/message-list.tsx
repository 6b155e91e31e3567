import { useId } from 'preact/hooks';
import { mediaMark, plainText, resultOf } from '../../pipeline/exporters/tree/spans/read-messages.ts';
import type { ChatMessage } from '../data/call-facts.ts';
import type { Fields } from '../page-data.ts';
import { LongText } from '../parts/long-text.tsx';

/** See {@link MessageList}. */
export interface MessageListProps {
  readonly messages: readonly ChatMessage[];
}

/** Messages as a chat: reasoning is folded, calls and results lead to each other. */
export function MessageList({ messages }: MessageListProps) {
  const list = useId();
  const ids = idsOf(messages);
  return (
    <>
      {messages.map(({ role, parts }, i) => (
        <article
          key={i}
          class={`message ${role}`}
          data-testid="message"
          data-role={role}
          aria-label={role || 'message'}
        >
          <h3>{role}</h3>
          {parts.map((part, j) => (
            <Part key={j} part={part} list={list} ids={ids} />
          ))}
        </article>
      ))}
    </>
  );
}

/** Ids of tool calls and of results, as far as both are there. */
interface LinkedIds {
  readonly calls: ReadonlySet<string>;
  readonly results: ReadonlySet<string>;
}

function idsOf(messages: readonly ChatMessage[]): LinkedIds {
  const parts = messages.flatMap((message) => message.parts);
  const of = (type: string): Set<string> =>
    new Set(parts.filter((part) => part.type === type).map(({ id }) => plainText(id)));
  return { calls: of('tool_call'), results: of('tool_call_response') };
}

interface PartProps {
  readonly part: Fields;
  readonly list: string;
  readonly ids: LinkedIds;
}

function Part({ part, list, ids }: PartProps) {
  const id = plainText(part.id);
  switch (part.type) {
    case 'text':
      return (
        <div data-part="text">
          <LongText text={plainText(part.content)} />
        </div>
      );
    case 'reasoning':
      return (
        <details data-part="reasoning">
          <summary>Reasoning</summary>
          <LongText text={plainText(part.content)} />
        </details>
      );
    case 'tool_call':
      return (
        <div data-part="tool_call" id={`${list}-call-${id}`} tabIndex={-1}>
          <strong>{plainText(part.name)}</strong>
          <LongText text={structured(part.arguments)} />
          {id !== '' && ids.results.has(id) && <GoTo target={`${list}-result-${id}`} title="Go to result" />}
        </div>
      );
    case 'tool_call_response':
      return (
        <div data-part="tool_call_response" id={`${list}-result-${id}`} tabIndex={-1}>
          <LongText text={structured(resultOf(part))} />
          {id !== '' && ids.calls.has(id) && <GoTo target={`${list}-call-${id}`} title="Go to call" />}
        </div>
      );
    case 'blob':
    case 'uri':
    case 'file':
      return (
        <div data-part="media" class="media">
          {mediaMark(part)}
          {typeof part.uri === 'string' && <LongText text={part.uri} />}
        </div>
      );
    default:
      return (
        <div data-part="other">
          <LongText text={structured(part)} />
        </div>
      );
  }
}

const structured = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : plainText(value);

function GoTo({ target, title }: { readonly target: string; readonly title: string }) {
  const go = (): void => {
    const element = document.getElementById(target);
    element?.scrollIntoView({ block: 'center' });
    element?.focus({ preventScroll: true });
  };
  return (
    <button type="button" onClick={go}>
      {title}
    </button>
  );
}
