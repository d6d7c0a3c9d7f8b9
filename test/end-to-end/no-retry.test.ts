import { describeNoRetry } from '../long/no-retry-suite.ts';

describeNoRetry(100);
