import { describeConformance } from '../conformance.ts';

describeConformance({ provider: 'aws-bedrock' });
