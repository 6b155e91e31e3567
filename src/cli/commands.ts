import type { Command } from './command.ts';

/** Ranges of numbers. */
const PORTS = [0, 65_535] as const;
const AMOUNTS = [1, Number.MAX_SAFE_INTEGER] as const;

/** Every command: one row here and one folder beside. */
export const COMMANDS = {
  run: {
    summary: 'run a program with recorded model calls',
    operands: ['FILE ARGS...', '-- COMMAND ARGS...'],
    options: {
      content: { help: 'capture messages, unless the environment says otherwise' },
      console: {
        help: 'print model calls as a tree on stderr',
        default: 'on, unless a target is set',
      },
      otlp: { help: 'send to the configured endpoint', default: 'http://localhost:4318' },
      view: { help: 'show the model calls on a local page, as llm-otel view does' },
      'env-file': { value: 'FILE', help: 'read variables from this file; set variables win', repeats: true },
    },
    example: 'llm-otel run --content app.js',
    program: 'behind-operand',
    load: () => import('./launch/run-program.ts'),
  },
  view: {
    summary: 'receive telemetry and show it on a local page',
    operands: ['', '-- COMMAND ARGS...'],
    options: {
      port: { value: 'PORT', help: 'OTLP over HTTP; 0 for any free port', default: '4318', range: PORTS },
      'ui-port': { value: 'PORT', help: 'the page', default: '4399', range: PORTS },
      'grpc-port': { value: 'PORT', help: 'OTLP over gRPC', default: '4317', range: PORTS },
      host: { value: 'HOST', help: 'address to listen on; others than loopback need --token', default: '127.0.0.1' },
      token: { value: 'TOKEN', help: 'secret of at least 16 characters that page and exporters have to bring' },
      open: { help: 'open the page in a browser' },
      file: { value: 'FILE', help: 'read and follow OTLP JSON lines, also packed (.gz)', repeats: true },
      save: { value: 'FILE', help: 'append what is received, as OTLP JSON lines' },
      'max-spans': { value: 'N', help: 'spans to keep; the oldest traces make room', default: '20000', range: AMOUNTS },
      'max-bytes': { value: 'N', help: 'bytes to keep', default: '268435456', range: AMOUNTS },
      json: { help: 'print the addresses as JSON' },
      exit: { help: 'end with the command, also on a terminal' },
    },
    example: 'llm-otel view -- node app.js',
    program: 'behind-dashes',
    load: () => import('./view/run-view.ts'),
  },
  doctor: {
    summary: 'find out why model calls are not recorded, or do not arrive',
    operands: '[-- COMMAND ARGS...]',
    options: {
      json: { help: 'print JSON' },
      strict: { help: 'exit with 1 for warnings too' },
      'no-network': { help: 'ask no receiver of telemetry' },
      send: { help: 'send a span "llm-otel doctor" to the receiver of traces' },
      timeout: { value: 'MS', help: 'longest wait for a receiver', range: [1, 600_000], default: '5000' },
      dir: { value: 'DIR', help: 'folder of the project', default: 'the working directory' },
    },
    example: 'llm-otel doctor --strict',
    program: 'behind-dashes',
    load: () => import('./doctor/run-doctor.ts'),
  },
  init: {
    summary: 'add the flag to start scripts, Dockerfiles and configuration',
    operands: '',
    options: {
      write: { help: 'make the changes, which are only printed without this option' },
      for: {
        value: 'LIST',
        help: 'npm, docker, next, vercel, pm2, nest, with commas',
        default: 'what the project has',
      },
      json: { help: 'print JSON' },
      dir: { value: 'DIR', help: 'folder of the project', default: 'the working directory' },
    },
    example: 'llm-otel init --write',
    load: () => import('./init/run-init.ts'),
  },
  tree: {
    summary: 'draw model calls of OTLP JSON lines as a tree',
    operands: '[FILE|-]',
    options: {
      width: { value: 'N', help: 'cells of a line, 60 to 200', range: [1, 10_000], default: 'width of the terminal' },
      all: { help: 'show all spans, not only model calls, agents and tools' },
      content: { help: 'show captured messages under model calls' },
    },
    example: 'llm-otel tree --content spans.jsonl',
    load: () => import('./tree/draw-tree.ts'),
  },
  config: {
    summary: 'print the configuration in use, each value with its source',
    operands: '',
    options: { check: { value: 'FILE', help: 'read this configuration file, whatever the environment names' } },
    example: 'llm-otel config --check otel.yaml',
    load: () => import('./config/print-config.ts'),
  },
  'collector-config': {
    summary: 'write the rules in use as a configuration of a Collector',
    operands: '',
    options: {
      endpoint: { value: 'URL', help: 'where the Collector sends everything', default: 'as configured' },
      output: { value: 'FILE', help: 'write into this file', default: 'stdout' },
    },
    example: 'llm-otel collector-config --endpoint https://backend.example --output collector.yaml',
    load: () => import('./collector-config/write-collector-config.ts'),
  },
  spool: {
    summary: 'list, send or remove the requests that pipelines have kept on disk',
    operands: 'ls|send|rm DIR',
    options: {
      json: { help: 'print JSON (ls)' },
      encryption: { value: 'MODULE', help: 'module that decrypts files (send)', default: 'as configured' },
    },
    example: 'llm-otel spool ls /var/spool/llm-otel',
    load: () => import('./spool/run-spool.ts'),
  },
} as const satisfies Record<string, Command>;
