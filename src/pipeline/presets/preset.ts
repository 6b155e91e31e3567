import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { Found } from './found.ts';
import type { GenAiSpan } from './gen-ai-span.ts';

/** Translates LLM spans for one kind of backend. */
export interface Preset {
  /** Names the attributes that the backend reads; undefined: the span has nothing for the name. */
  readonly attributes?: (span: GenAiSpan) => Readonly<Record<string, Found<AttributeValue> | undefined>>;
  /** More attributes, for names with numbers: a list costs a fraction of an object with hundreds of names. */
  readonly numbered?: (span: GenAiSpan) => readonly (readonly [name: string, found: Found<AttributeValue>])[];
  /** Attributes for the resource of every span. */
  readonly resource?: (resource: Readonly<Attributes>) => Attributes;
}
