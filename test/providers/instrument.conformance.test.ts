import { KITS, type Provider } from './conformance/kits/index.ts';
import { describeConformance } from './conformance.ts';

for (const provider of Object.keys(KITS) as Provider[]) describeConformance({ provider, clients: true }, ['esm']);
