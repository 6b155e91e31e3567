import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { count } from '../parts/amounts.ts';

/** Rows that are shown at first, and with each click. */
const PAGE = 200;

/** See {@link TableOf}. */
export interface TableOfProps<Row> {
  readonly title: string;
  /** Undefined while the rows are loaded. */
  readonly rows: readonly Row[] | undefined;
  /** What would be shown, for a table without rows. */
  readonly empty: string;
  readonly rowProps: (row: Row) => Readonly<Record<string, string | boolean>>;
  /** Cells by the title of the column. */
  readonly columns: Readonly<Record<string, (row: Row) => ComponentChildren>>;
  /** `data-field` of columns. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** A table; of many rows, the first ones and a button for more. */
export function TableOf<Row>({ title, rows, empty, rowProps, columns, fields = {} }: TableOfProps<Row>) {
  const [shown, setShown] = useState(PAGE);
  if (rows === undefined) return <p class="note">Loading…</p>;
  if (rows.length === 0) return <p class="note">{empty}</p>;
  const cells = Object.entries(columns);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls has to be reached by the keyboard
    <section class="table-box" aria-label={title} tabIndex={0}>
      <table aria-label={title}>
        <thead>
          <tr>
            {cells.map(([name]) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((row, i) => (
            <tr key={i} {...rowProps(row)}>
              {cells.map(([name, cell]) => (
                <td key={name} data-field={fields[name]}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown && (
        <button type="button" onClick={() => setShown(shown + PAGE)}>
          Show more: {count(rows.length - shown)} are left
        </button>
      )}
    </section>
  );
}
