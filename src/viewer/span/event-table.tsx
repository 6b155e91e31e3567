import { useState } from 'preact/hooks';
import { plainText } from '../../pipeline/exporters/tree/spans/read-messages.ts';
import type { LogRow, ViewedSpan } from '../page-data.ts';
import { count, duration } from '../parts/amounts.ts';
import { LongText } from '../parts/long-text.tsx';

/** Events that are shown at first: a long stream has thousands. */
const SHOWN = 100;

/** See {@link EventTable}. */
export interface EventTableProps {
  readonly span: ViewedSpan;
  readonly logs: readonly LogRow[];
}

/** Events and log records of a span, by time. */
export function EventTable({ span, logs }: EventTableProps) {
  const [isWhole, setWhole] = useState(false);
  const fromLogs = logs.map(({ eventName, severity, time, body, attributes }) => ({
    name: eventName ?? severity,
    time,
    attributes: body === undefined ? attributes : { body, ...attributes },
  }));
  const events = [...span.events, ...fromLogs].sort((a, b) => a.time - b.time);
  if (events.length === 0) return <p class="note">Events: nothing recorded.</p>;
  const shown = isWhole ? events : events.slice(0, SHOWN);
  return (
    <>
      <table class="fields">
        <caption>Events</caption>
        <thead>
          <tr>
            <th scope="col">After</th>
            <th scope="col">Event</th>
            <th scope="col">Attributes</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((event, i) => (
            <tr key={i}>
              <td>{duration(Math.max(0, event.time - span.startTime))}</td>
              <td>{event.name}</td>
              <td>
                <LongText
                  text={Object.entries(event.attributes)
                    .map(([key, value]) => `${key}: ${plainText(value)}`)
                    .join('\n')}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < events.length && (
        <button type="button" onClick={() => setWhole(true)}>
          Show all {count(events.length)} events
        </button>
      )}
    </>
  );
}
