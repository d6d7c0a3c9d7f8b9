import { headerText } from '../answer/answer-headers.ts';
import type { OpenExchange } from '../open-exchange.ts';
import type { PreparedRequest } from '../prepare/prepare.ts';

/** The text of `x-switchyard-decision`: which rule, for which kind of work, led to which target at which try. */
export function decisionText(exchange: OpenExchange, { provider, sentModel }: PreparedRequest): string {
  const { decision, attempts } = exchange;
  const target = sentModel === undefined ? provider.name : `${provider.name}/${sentModel}`;
  const task = decision?.task === undefined ? '' : `; task=${decision.task}`;
  return `rule=${decision?.rule ?? 'none'}${task}; target=${headerText(target)}; attempts=${attempts.length + 1}; id=${decision?.id ?? ''}`;
}
