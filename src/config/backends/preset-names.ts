/** Names of the translations into the attributes that a backend reads. */
export const PRESET_NAMES = ['openinference', 'langfuse', 'mlflow', 'langsmith', 'datadog', 'semconv-1.36'] as const;

/** Name of a translation: src/pipeline/presets has a file of each. */
export type PresetName = (typeof PRESET_NAMES)[number];
