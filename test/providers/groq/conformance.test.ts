import { describeConformance } from '../conformance.ts';

describeConformance({ provider: 'groq' });
