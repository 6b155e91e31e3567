/** Content of calls, in the shape of the JSON schemas of the conventions. */

/** One part of a message. Types of the conventions: text, reasoning, tool_call, tool_call_response, blob, uri, file, ... */
export interface Part {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** One message of the input. */
export interface Message {
  readonly role: string;
  readonly parts: readonly Part[];
  readonly name?: string | undefined;
}

/** One choice of the output. */
export interface OutputMessage extends Message {
  readonly finish_reason?: string | undefined;
}

/** A tool offered to the model. */
export interface ToolDefinition {
  readonly type: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly parameters?: unknown;
}

/** Content of a request. */
export interface InputContent {
  /** Instructions outside of the history. */
  readonly system?: readonly Part[] | undefined;
  readonly messages?: readonly Message[] | undefined;
  readonly tools?: readonly ToolDefinition[] | undefined;
}
