import { plainText } from '../../pipeline/exporters/tree/spans/read-messages.ts';
import { tracePlace } from '../data/hash-route.ts';
import { useAnswer } from '../data/page-state.ts';
import type { LogRow } from '../page-data.ts';
import { clock } from '../parts/amounts.ts';
import { LongText } from '../parts/long-text.tsx';
import type { ScreenProps } from './conversations.tsx';
import { TableOf } from './table-of.tsx';

/** Log records, newest first, each with the span of the record. */
export function Logs({ place, version }: ScreenProps) {
  const { answer } = useAnswer<{ logs: LogRow[] }>('/api/logs', version);
  return (
    <div class="screen">
      <TableOf
        title="Logs"
        rows={answer?.logs}
        empty="Log records and events are shown here."
        rowProps={() => ({ 'data-testid': 'log-row' })}
        columns={{
          Time: ({ time }) => clock(time),
          Severity: ({ severity }) => severity,
          Event: ({ eventName }) => eventName ?? '',
          Body: ({ body }) => <LongText text={plainText(body)} />,
          Attributes: ({ attributes }) => (
            <LongText
              text={Object.entries(attributes)
                .map(([key, value]) => `${key}: ${plainText(value)}`)
                .join('\n')}
            />
          ),
          Span: ({ traceId, spanId }) =>
            traceId === undefined ? '' : <a href={tracePlace({ ...place, params: {} }, traceId, spanId)}>Span</a>,
        }}
      />
    </div>
  );
}
