import type { Check } from '../finding.ts';
import { checkBundlers, checkNextExternal, checkStandalone } from './builds.ts';
import { checkApi, checkCopies, checkNode, checkPackage, checkPnp } from './installation.ts';
import { checkOtlp, checkPrometheusPort } from './network.ts';
import { checkOtherTools, checkOwnSdk } from './other-tools.ts';
import { checkAliases, checkLinks, checkNative, checkSdkCopies, checkSdks, checkUnsupported } from './sdk-packages.ts';
import {
  checkBareFlag,
  checkFolder,
  checkLateImport,
  checkNodeOptions,
  checkOrder,
  checkPermission,
  checkStart,
  checkTranspiler,
} from './starts.ts';
import { checkStreamUsage } from './stream-usage.ts';
import {
  checkConfigFile,
  checkContent,
  checkDisabled,
  checkEndpoints,
  checkEnvFiles,
  checkSampler,
  checkServiceName,
  checkUnknownVariables,
  checkValues,
} from './variables.ts';

/** Every check by its id, in the order of the answer. */
export const CHECKS = {
  'node-version': checkNode,
  package: checkPackage,
  copies: checkCopies,
  api: checkApi,
  'yarn-pnp': checkPnp,
  sdk: checkSdks,
  'sdk-copies': checkSdkCopies,
  'sdk-alias': checkAliases,
  'sdk-linked': checkLinks,
  'sdk-unsupported': checkUnsupported,
  'anthropic-native': checkNative,
  'other-instrumentation': checkOtherTools,
  'own-sdk': checkOwnSdk,
  start: checkStart,
  'start-bare': checkBareFlag,
  'start-order': checkOrder,
  'start-late': checkLateImport,
  'start-transpiler': checkTranspiler,
  'start-cwd': checkFolder,
  'node-options': checkNodeOptions,
  permission: checkPermission,
  bundler: checkBundlers,
  'next-standalone': checkStandalone,
  'next-external': checkNextExternal,
  'env-unknown': checkUnknownVariables,
  'env-value': checkValues,
  'env-file': checkEnvFiles,
  disabled: checkDisabled,
  sampler: checkSampler,
  'config-file': checkConfigFile,
  'service-name': checkServiceName,
  endpoint: checkEndpoints,
  'otlp-traces': checkOtlp('traces'),
  'otlp-metrics': checkOtlp('metrics'),
  'otlp-logs': checkOtlp('logs'),
  'prometheus-port': checkPrometheusPort,
  'stream-usage': checkStreamUsage,
  content: checkContent,
} as const satisfies Record<string, Check>;
