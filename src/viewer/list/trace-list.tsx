import type { TraceRow } from '../page-data.ts';
import { clock, cost, count, duration, isoTime } from '../parts/amounts.ts';
import { VirtualRows } from '../parts/virtual-rows.tsx';
import type { TraceRows } from './use-trace-rows.ts';

/** Height of a row in pixels, as in the style sheet. */
const ROW_HEIGHT = 44;

const COLUMNS = [
  { field: 'name', title: 'Trace' },
  { field: 'time', title: 'Time' },
  { field: 'duration', title: 'Duration' },
  { field: 'calls', title: 'Calls' },
  { field: 'input', title: 'In' },
  { field: 'output', title: 'Out' },
  { field: 'cost', title: 'Cost' },
] as const;

/** See {@link TraceGrid}. */
export interface TraceGridProps extends Pick<TraceRows, 'rows' | 'total' | 'loadTo'> {
  readonly selected: string | undefined;
  readonly onSelect: (traceId: string) => void;
}

/** The list of traces. */
export function TraceGrid({ rows, total, loadTo, selected, onSelect }: TraceGridProps) {
  const at = rows.findIndex(({ traceId }) => traceId === selected);
  return (
    <div class="grid" role="grid" aria-label="Traces" aria-rowcount={total + 1} aria-colcount={COLUMNS.length}>
      <div role="rowgroup">
        <div class="trace head" role="row" aria-rowindex={1}>
          {COLUMNS.map(({ field, title }) => (
            <span key={field} role="columnheader" class={field}>
              {title}
            </span>
          ))}
        </div>
      </div>
      <VirtualRows
        count={total}
        height={ROW_HEIGHT}
        role="rowgroup"
        current={at < 0 ? undefined : at}
        onShow={(_, last) => loadTo(last)}
        row={(i) => {
          const row = rows[i];
          return row === undefined ? (
            <div key={i} class="trace" role="row" aria-rowindex={i + 2}>
              <span role="gridcell">Loading…</span>
            </div>
          ) : (
            <Row key={row.traceId} row={row} index={i} isSelected={row.traceId === selected} onSelect={onSelect} />
          );
        }}
      />
    </div>
  );
}

interface RowProps {
  readonly row: TraceRow;
  readonly index: number;
  readonly isSelected: boolean;
  readonly onSelect: (traceId: string) => void;
}

function Row({ row, index, isSelected, onSelect }: RowProps) {
  const { traceId, name, preview, service, errors } = row;
  const select = (): void => onSelect(traceId);
  return (
    <div
      class={`trace ${errors > 0 ? 'failed' : ''}`}
      role="row"
      data-testid="trace-row"
      data-trace-id={traceId}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={isSelected ? 0 : -1}
      onClick={select}
      onKeyDown={(event) => event.key === 'Enter' && select()}
    >
      <span role="gridcell" class="name">
        <span data-field="name" dir="auto">
          {name}
        </span>
        <span class="second">
          {errors > 0 && (
            <span class="error" data-field="error">
              {errors === 1 ? '1 error' : `${count(errors)} errors`}
            </span>
          )}
          <span data-field="preview" dir="auto">
            {preview ?? ''}
          </span>
          <span data-field="service">{service}</span>
        </span>
      </span>
      <span role="gridcell" class="time" data-field="time">
        <time dateTime={isoTime(row.startTime)}>{clock(row.startTime)}</time>
      </span>
      <span role="gridcell" class="duration" data-field="duration">
        {duration(row.durationMs)}
      </span>
      <span role="gridcell" class="calls" data-field="calls">
        {count(row.calls)}
      </span>
      <span role="gridcell" class="input" data-field="input">
        {count(row.inputTokens)}
      </span>
      <span role="gridcell" class="output" data-field="output">
        {count(row.outputTokens)}
      </span>
      <span role="gridcell" class="cost" data-field="cost">
        {cost(row.cost)}
      </span>
    </div>
  );
}
