import { chatOf } from '../data/call-facts.ts';
import type { ViewedSpan } from '../page-data.ts';
import { MessageList } from './message-list.tsx';

/** The captured messages of a span, or how to capture them. */
export function Messages({ span }: { readonly span: ViewedSpan }) {
  const messages = chatOf(span);
  if (messages.length > 0) return <MessageList messages={messages} />;
  return (
    <div class="note" data-testid="content-off">
      <p>No messages were recorded for this span.</p>
      <p>
        Messages are recorded when the application asks for them: start it with
        <code>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=SPAN_ONLY</code> or with
        <code>npx @x/llm-otel run --content app.js</code>
      </p>
    </div>
  );
}
