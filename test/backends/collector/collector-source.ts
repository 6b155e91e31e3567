/** Source of a Collector with the components that `llm-otel collector-config` writes, and no other. */

/** The release of the Collector and of its contrib components. */
export const COLLECTOR_VERSION = '0.161.0';
/** The release of the stable modules that belongs to {@link COLLECTOR_VERSION}. */
const STABLE_VERSION = '1.67.0';

const CORE = 'go.opentelemetry.io/collector';
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib';

/** Packages of components, by kind. */
const COMPONENTS = {
  extension: [`${CONTRIB}/extension/healthcheckextension`],
  receiver: [`${CORE}/receiver/otlpreceiver`],
  processor: [
    `${CORE}/processor/batchprocessor`,
    `${CONTRIB}/processor/filterprocessor`,
    `${CONTRIB}/processor/probabilisticsamplerprocessor`,
    `${CONTRIB}/processor/redactionprocessor`,
    `${CONTRIB}/processor/tailsamplingprocessor`,
    `${CONTRIB}/processor/transformprocessor`,
  ],
  exporter: [`${CORE}/exporter/otlpexporter`, `${CORE}/exporter/otlphttpexporter`],
} as const;

/** Modules of the frame; all but the first three are stable. */
const FRAME = [
  'otelcol',
  'service',
  'component',
  'confmap',
  'confmap/provider/envprovider',
  'confmap/provider/fileprovider',
  'extension',
  'receiver',
  'processor',
  'exporter',
].map((name) => `${CORE}/${name}`);
const UNSTABLE: ReadonlySet<string> = new Set([`${CORE}/otelcol`, `${CORE}/service`]);
const TELEMETRY = `${CORE}/service/telemetry/otelconftelemetry`;

const baseName = (path: string): string => path.split('/').at(-1) ?? '';

/** Files of the Go module, by name. */
export function collectorSource(): Readonly<Record<string, string>> {
  const components = Object.values(COMPONENTS).flat();
  const required = [
    ...FRAME.map((path) => `${path} v${UNSTABLE.has(path) ? COLLECTOR_VERSION : STABLE_VERSION}`),
    ...components.map((path) => `${path} v${COLLECTOR_VERSION}`),
  ];
  const imports = [...FRAME.filter((path) => !path.endsWith('/service')), TELEMETRY, ...components];
  const maps = Object.entries(COMPONENTS).map(([kind, paths]) => {
    const factories = paths.map((path) => `${baseName(path)}.NewFactory()`).join(', ');
    return `	if all.${kind[0]?.toUpperCase()}${kind.slice(1)}s, err = otelcol.MakeFactoryMap[${kind}.Factory](${factories}); err != nil {
		return all, err
	}`;
  });
  return {
    'go.mod': `module backend\n\ngo 1.25.0\n\nrequire (\n${required.map((line) => `\t${line}\n`).join('')})\n`,
    'main.go': `package main

import (
	"log"

${imports.map((path) => `\t"${path}"\n`).join('')})

func factories() (all otelcol.Factories, err error) {
	all.Telemetry = otelconftelemetry.NewFactory()
${maps.join('\n')}
	return all, nil
}

func main() {
	resolver := confmap.ResolverSettings{
		ProviderFactories: []confmap.ProviderFactory{fileprovider.NewFactory(), envprovider.NewFactory()},
		DefaultScheme:     "env",
	}
	settings := otelcol.CollectorSettings{
		BuildInfo:              component.BuildInfo{Command: "collector", Version: "${COLLECTOR_VERSION}"},
		Factories:              factories,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{ResolverSettings: resolver},
	}
	if err := otelcol.NewCommand(settings).Execute(); err != nil {
		log.Fatal(err)
	}
}
`,
  };
}
