import { plainText } from '../../pipeline/exporters/tree/spans/read-messages.ts';
import { LongText } from '../parts/long-text.tsx';

/** See {@link FieldTable}. */
export interface FieldTableProps {
  readonly caption: string;
  readonly fields: readonly (readonly [name: string, value: unknown])[];
}

/** Names and values. */
export function FieldTable({ caption, fields }: FieldTableProps) {
  if (fields.length === 0) return <p class="note">{caption}: nothing recorded.</p>;
  return (
    <table class="fields">
      <caption>{caption}</caption>
      <tbody>
        {fields.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <LongText text={plainText(value)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
