import type { AttemptRecord } from '../../domain/attempt.ts';
import { Distribution } from './distribution.ts';
import { METRICS } from './metric-table.ts';

/** What times mean: only of a stream is the pace the model's, and only a generated answer has a first token. */
export type Asked = 'a stream' | 'a whole answer' | 'nothing to generate';

export type AttemptWord = 'ok' | 'error' | 'broken' | 'aborted';

/** Plain numbers of one model at one provider. */
export class TargetCounters {
  readonly outcomes: Record<AttemptWord, number> = { ok: 0, error: 0, broken: 0, aborted: 0 };
  readonly tokens = {
    input: 0,
    output: 0,
    cache_read: 0,
    cache_write_5m: 0,
    cache_write_1h: 0,
    reasoning: 0,
  };
  toolCalls = 0;
  readonly ttft = new Distribution(METRICS.ttftSeconds.buckets);
  readonly perToken = new Distribution(METRICS.tokenSeconds.buckets);

  add(attempt: AttemptRecord, outcome: AttemptWord, asked: Asked): void {
    const { usage, ttftMs, totalMs } = attempt;
    const { tokens } = this;
    this.outcomes[outcome] += 1;
    tokens.input += usage.input ?? 0;
    tokens.output += usage.output ?? 0;
    tokens.cache_read += usage.cacheRead ?? 0;
    tokens.cache_write_5m += usage.cacheWrite5m ?? 0;
    tokens.cache_write_1h += usage.cacheWrite1h ?? 0;
    tokens.reasoning += usage.reasoning ?? 0;
    this.toolCalls += attempt.toolCalls;
    if (ttftMs === undefined || asked === 'nothing to generate') return;
    this.ttft.observe(ttftMs / 1000);
    const gaps = (usage.output ?? 0) - 1;
    if (asked === 'a stream' && outcome === 'ok' && gaps > 0)
      this.perToken.observe((totalMs - ttftMs) / 1000 / gaps);
  }
}
