import { describeClientAborts } from './client-abort-suite.ts';

describeClientAborts(1_000);
