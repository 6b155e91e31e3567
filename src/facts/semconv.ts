/**
 * Names of the GenAI semantic conventions (schema gen-ai-dev 1.42) and names of this package. The constants are written
 * here, because no published package has the newest names.
 */

// ---- attributes ----
export const OPERATION_NAME = 'gen_ai.operation.name';
export const PROVIDER_NAME = 'gen_ai.provider.name';
export const REQUEST_MODEL = 'gen_ai.request.model';
export const REQUEST_TEMPERATURE = 'gen_ai.request.temperature';
export const REQUEST_TOP_P = 'gen_ai.request.top_p';
export const REQUEST_TOP_K = 'gen_ai.request.top_k';
export const REQUEST_MAX_TOKENS = 'gen_ai.request.max_tokens';
export const REQUEST_STOP_SEQUENCES = 'gen_ai.request.stop_sequences';
export const REQUEST_FREQUENCY_PENALTY = 'gen_ai.request.frequency_penalty';
export const REQUEST_PRESENCE_PENALTY = 'gen_ai.request.presence_penalty';
export const REQUEST_SEED = 'gen_ai.request.seed';
export const REQUEST_CHOICE_COUNT = 'gen_ai.request.choice.count';
export const REQUEST_STREAM = 'gen_ai.request.stream';
export const REQUEST_STREAM_CURSOR = 'gen_ai.request.stream_cursor';
export const REQUEST_REASONING_LEVEL = 'gen_ai.request.reasoning.level';
export const REQUEST_PREVIOUS_RESPONSE_ID = 'gen_ai.request.previous_response.id';
export const REQUEST_ENCODING_FORMATS = 'gen_ai.request.encoding_formats';
export const EMBEDDINGS_DIMENSION_COUNT = 'gen_ai.embeddings.dimension.count';
export const OUTPUT_TYPE = 'gen_ai.output.type';
export const CONVERSATION_ID = 'gen_ai.conversation.id';
export const SESSION_ID = 'session.id';
/** Not `enduser.id`: the conventions have both names, and backends for LLM traces group by `user.id`. */
export const USER_ID = 'user.id';
export const PROMPT_NAME = 'gen_ai.prompt.name';
export const PROMPT_VERSION = 'gen_ai.prompt.version';
export const CONVERSATION_COMPACTED = 'gen_ai.conversation.compacted';
export const DATA_SOURCE_ID = 'gen_ai.data_source.id';
export const RETRIEVAL_TOP_K = 'gen_ai.retrieval.top_k';
export const RESPONSE_ID = 'gen_ai.response.id';
export const RESPONSE_MODEL = 'gen_ai.response.model';
export const RESPONSE_FINISH_REASONS = 'gen_ai.response.finish_reasons';
export const RESPONSE_STATUS = 'gen_ai.response.status';
export const RESPONSE_TIME_TO_FIRST_CHUNK = 'gen_ai.response.time_to_first_chunk';
export const USAGE_INPUT_TOKENS = 'gen_ai.usage.input_tokens';
export const USAGE_OUTPUT_TOKENS = 'gen_ai.usage.output_tokens';
export const USAGE_CACHE_READ_INPUT_TOKENS = 'gen_ai.usage.cache_read.input_tokens';
export const USAGE_CACHE_WRITE_INPUT_TOKENS = 'gen_ai.usage.cache_write.input_tokens';
export const USAGE_REASONING_OUTPUT_TOKENS = 'gen_ai.usage.reasoning.output_tokens';
/** v1.41 name of the cache write count, added with `metricsSemconv: dup`. */
export const USAGE_CACHE_CREATION_INPUT_TOKENS = 'gen_ai.usage.cache_creation.input_tokens';
export const TOKEN_MODALITY = 'gen_ai.token.modality';
/** v1.41: `input` or `output` on `gen_ai.client.token.usage`. */
export const TOKEN_TYPE = 'gen_ai.token.type';
export const SYSTEM_INSTRUCTIONS = 'gen_ai.system_instructions';
export const INPUT_MESSAGES = 'gen_ai.input.messages';
export const OUTPUT_MESSAGES = 'gen_ai.output.messages';
export const TOOL_NAME = 'gen_ai.tool.name';
export const TOOL_TYPE = 'gen_ai.tool.type';
export const TOOL_DESCRIPTION = 'gen_ai.tool.description';
export const TOOL_CALL_ID = 'gen_ai.tool.call.id';
export const TOOL_CALL_ARGUMENTS = 'gen_ai.tool.call.arguments';
export const TOOL_CALL_RESULT = 'gen_ai.tool.call.result';
export const AGENT_NAME = 'gen_ai.agent.name';
export const AGENT_ID = 'gen_ai.agent.id';
export const AGENT_VERSION = 'gen_ai.agent.version';
export const AGENT_DESCRIPTION = 'gen_ai.agent.description';
export const WORKFLOW_NAME = 'gen_ai.workflow.name';
export const EVALUATION_NAME = 'gen_ai.evaluation.name';
export const EVALUATION_SCORE = 'gen_ai.evaluation.score.value';
export const EVALUATION_LABEL = 'gen_ai.evaluation.score.label';
export const EVALUATION_EXPLANATION = 'gen_ai.evaluation.explanation';
export const OPENAI_API_TYPE = 'openai.api.type';
export const OPENAI_REQUEST_SERVICE_TIER = 'openai.request.service_tier';
export const OPENAI_RESPONSE_SERVICE_TIER = 'openai.response.service_tier';
export const OPENAI_RESPONSE_SYSTEM_FINGERPRINT = 'openai.response.system_fingerprint';
export const SERVER_ADDRESS = 'server.address';
export const SERVER_PORT = 'server.port';
export const ERROR_TYPE = 'error.type';
export const EXCEPTION_TYPE = 'exception.type';
export const EXCEPTION_MESSAGE = 'exception.message';

// ---- attributes of this package ----
export const STREAM_OUTCOME = 'llm_otel.stream.outcome';
export const STREAM_CHUNKS = 'llm_otel.stream.chunks';
export const CHUNK_INDEX = 'llm_otel.chunk.index';
export const CHUNK_KIND = 'llm_otel.chunk.kind';
/** True if the counts are the user's estimates, because the provider sent no counts. */
export const USAGE_ESTIMATED = 'llm_otel.usage.estimated';
/** In USD, like the counter of the same name. */
export const USAGE_COST = 'gen_ai.usage.cost';
export const USAGE_COST_INPUT = 'gen_ai.usage.cost.input';
export const USAGE_COST_OUTPUT = 'gen_ai.usage.cost.output';
/** The matching price entry. */
export const COST_MODEL = 'llm_otel.cost.model';

/** What a cache of `@x/llm-otel/primitives` below the SDK did. */
export const CACHE_OUTCOME = 'llm_otel.cache.outcome';
/** The route of a router of `@x/llm-otel/primitives` below the SDK. */
export const ROUTER_ROUTE = 'llm_otel.router.route';
export const ROUTER_ATTEMPTS = 'llm_otel.router.attempts';

// ---- events ----
export const EXCEPTION_EVENT = 'exception';
export const CHUNK_EVENT = 'llm_otel.stream.chunk';
export const OPERATION_EXCEPTION_EVENT = 'gen_ai.client.operation.exception';
export const EVALUATION_EVENT = 'gen_ai.evaluation.result';
export const OPERATION_DETAILS_EVENT = 'gen_ai.client.inference.operation.details';

// ---- values of enums of the OpenTelemetry API, so that no code of the API has to be loaded ----
/** `TraceFlags.SAMPLED` */
export const FLAG_SAMPLED = 1;
/** `SpanKind.INTERNAL` */
export const KIND_INTERNAL = 0;
/** `SpanKind.CLIENT` */
export const KIND_CLIENT = 2;
/** `SpanStatusCode.ERROR` */
export const STATUS_ERROR = 2;
/** `SeverityNumber.DEBUG` */
export const SEVERITY_DEBUG = 5;
/** `SeverityNumber.INFO` */
export const SEVERITY_INFO = 9;
/** `SeverityNumber.WARN` */
export const SEVERITY_WARN = 13;
/** Guardrail of a call of Amazon Bedrock. */
export const BEDROCK_GUARDRAIL_ID = 'aws.bedrock.guardrail.id';
