import { describeConformance } from '../conformance.ts';

describeConformance({ provider: 'ollama' });
