import { describeConformance } from '../conformance.ts';

describeConformance({ provider: 'google-genai' });
