/** Puts the parts of the build, from their sources, where `support/load.ts` finds them. */
import * as configFile from '../../../src/pipeline/config-file.ts';
import * as consolePrinters from '../../../src/pipeline/exporters/console.ts';
import * as otlpJson from '../../../src/pipeline/exporters/otlp/json-encoder.ts';
import * as metricsJson from '../../../src/pipeline/exporters/otlp/metrics-json.ts';
import * as metricsProto from '../../../src/pipeline/exporters/otlp/metrics-proto.ts';
import * as otlpProto from '../../../src/pipeline/exporters/otlp/proto-encoder.ts';
import * as prometheus from '../../../src/pipeline/exporters/prometheus/prometheus.ts';
import * as tree from '../../../src/pipeline/exporters/tree/tree-exporter.ts';
import * as zipkin from '../../../src/pipeline/exporters/zipkin.ts';
import * as re2 from '../../../src/pipeline/match/re2.ts';
import * as preset from '../../../src/pipeline/presets/create-preset.ts';
import * as adaptive from '../../../src/pipeline/queue/adaptive.ts';
import * as samplers from '../../../src/pipeline/samplers/own-samplers.ts';
import * as b3 from '../../../src/pipeline/sdk/b3.ts';
import * as jaeger from '../../../src/pipeline/sdk/jaeger.ts';
import * as processMetrics from '../../../src/pipeline/sdk/metrics/process-metrics.ts';
import * as selfMetrics from '../../../src/pipeline/sdk/metrics/self-metrics.ts';
import * as detectors from '../../../src/pipeline/sdk/resource/environment-detectors.ts';
import * as logs from '../../../src/pipeline/sdk/start-logs.ts';
import * as spool from '../../../src/pipeline/spool/disk-spool.ts';
import * as steps from '../../../src/pipeline/steps/create-steps.ts';
import * as redact from '../../../src/pipeline/steps/redact/redact-step.ts';
import * as tail from '../../../src/pipeline/tail/tail-buffer.ts';
import * as grpc from '../../../src/pipeline/transport/grpc.ts';
import * as send from '../../../src/pipeline/transport/send.ts';
import { setParts } from './load.ts';

setParts({
  'config-file': configFile,
  'pipeline-adaptive': adaptive,
  'pipeline-b3': b3,
  'pipeline-process-metrics': processMetrics,
  'pipeline-detectors': detectors,
  'pipeline-jaeger': jaeger,
  'pipeline-console': consolePrinters,
  'pipeline-logs': logs,
  'pipeline-otlp-json': otlpJson,
  'pipeline-otlp-json-metrics': metricsJson,
  'pipeline-otlp-proto': otlpProto,
  'pipeline-otlp-proto-metrics': metricsProto,
  'pipeline-re2': re2,
  'pipeline-samplers': samplers,
  'pipeline-tail': tail,
  'pipeline-self-metrics': selfMetrics,
  'pipeline-prometheus': prometheus,
  'pipeline-preset': preset,
  'pipeline-send': send,
  'pipeline-send-grpc': grpc,
  'pipeline-redact': redact,
  'pipeline-spool': spool,
  'pipeline-steps': steps,
  'pipeline-tree': tree,
  'pipeline-zipkin': zipkin,
});
