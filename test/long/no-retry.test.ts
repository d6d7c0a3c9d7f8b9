import { describeNoRetry } from './no-retry-suite.ts';

describeNoRetry(10_000);
