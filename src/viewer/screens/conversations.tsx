import { type Place, tracePlace, writePlace } from '../data/hash-route.ts';
import { useAnswer } from '../data/page-state.ts';
import type { ConversationDetail, ConversationRow } from '../page-data.ts';
import { clock, cost, count } from '../parts/amounts.ts';
import { MessageList } from '../span/message-list.tsx';
import { TableOf } from './table-of.tsx';

/** See {@link Conversations}. */
export interface ScreenProps {
  readonly place: Place;
  readonly version: number;
}

/** Conversations, and one of them as a chat. */
export function Conversations({ place, version }: ScreenProps) {
  const { answer } = useAnswer<{ conversations: ConversationRow[] }>('/api/conversations', version);
  return (
    <div class="screen two">
      <TableOf
        title="Conversations"
        rows={answer?.conversations}
        empty="Spans with gen_ai.conversation.id or session.id are shown here as chats."
        rowProps={({ id }) => ({ 'data-testid': 'conversation-row', 'aria-selected': id === place.id })}
        columns={{
          Conversation: (row) => (
            <a href={writePlace({ ...place, id: row.id })} dir="auto">
              {row.preview ?? row.id}
            </a>
          ),
          Start: ({ startTime }) => clock(startTime),
          Calls: ({ calls }) => count(calls),
          In: ({ inputTokens }) => count(inputTokens),
          Out: ({ outputTokens }) => count(outputTokens),
          Cost: (row) => cost(row.cost),
        }}
      />
      {place.id !== undefined && <Chat id={place.id} place={place} version={version} />}
    </div>
  );
}

function Chat({ id, place, version }: ScreenProps & { readonly id: string }) {
  const { answer, isLoaded } = useAnswer<ConversationDetail>(`/api/conversations/${encodeURIComponent(id)}`, version);
  if (answer === undefined)
    return <p class="note">{isLoaded ? 'This conversation is not here any more.' : 'Loading…'}</p>;
  const last = answer.messages.at(-1);
  return (
    <section class="panel" aria-label="Conversation">
      <header>
        <h2 dir="auto">{answer.id}</h2>
        {last !== undefined && <a href={tracePlace(place, last.traceId, last.spanId)}>Last model call</a>}
      </header>
      {answer.callsWithoutContent > 0 && (
        <p class="note" data-testid="content-off">
          {count(answer.callsWithoutContent)} of {count(answer.calls)} model calls have no recorded messages.
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a panel that scrolls has to be reached by the keyboard */}
      <section class="tab-panel" aria-label="Messages" tabIndex={0}>
        <MessageList messages={answer.messages} />
      </section>
    </section>
  );
}
