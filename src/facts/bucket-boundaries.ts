/** Bucket boundaries of histograms, which a view of the application can replace. */

/** Bucket boundaries of the registry, in seconds. */
export const SECONDS: readonly number[] = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
/** Bucket boundaries for the work of an application on a chunk, in seconds: most applications take microseconds. */
export const CHUNK_SECONDS = [0.00001, 0.0001, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Bucket boundaries of the registry, in tokens. */
export const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
/** Bucket boundaries for agents, in seconds. */
export const AGENT_SECONDS = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6];
/** Bucket boundaries for workflows, in seconds. */
export const WORKFLOW_SECONDS = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200];
/** Bucket boundaries for counts per run of an agent. */
export const CALLS = [1, 2, 4, 8, 16, 32, 64, 128];
