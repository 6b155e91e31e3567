import { describeConformance } from '../conformance.ts';

describeConformance({ provider: 'google-generative-ai' });
