import { describeClientAborts } from '../long/client-abort-suite.ts';

describeClientAborts(50);
