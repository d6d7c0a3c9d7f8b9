import type { Decision } from '../../domain/decision.ts';
import type { Target } from '../../domain/target.ts';
import type { Task } from '../../domain/task.ts';
import { exchangeLog } from '../exchange-log.ts';
import type { Gateway } from '../gateway.ts';
import type { OpenExchange } from '../open-exchange.ts';
import { sessionOf } from '../decide/route-state.ts';

/** A reason may quote a prompt's words (a subagent tag), and a log is no place for a prompt. */
const LONGEST_REASON = 160;

/** Tasks that are an aside: the conversation goes on after them as it was. */
const ASIDES: ReadonlySet<Task> = new Set(['background', 'web_search', 'image', 'subagent']);

/** What later decisions have to know of this one. `explain` does not come here. */
export function rememberDecision(gateway: Gateway, exchange: OpenExchange, decision: Decision): void {
  const { snapshot, kind } = exchange;
  for (const { target, reason } of decision.skipped)
    if (!snapshot.providers.has(target.provider))
      exchangeLog(gateway, exchange).warn({}, `[Route] ${reason.slice(0, LONGEST_REASON)}`);
  if (kind.operation !== 'generate') return;
  gateway.traffic.budget.earn();
  if (snapshot.tasks.order.length === 0) return;
  const session = sessionOf(exchange);
  if (session === undefined || (decision.task !== undefined && ASIDES.has(decision.task))) return;
  gateway.traffic.sessions.noteTask(session, decision.task);
}

/** A session stays with the target whose prompt cache it has just warmed, where its route wants that. */
export function rememberServed(gateway: Gateway, exchange: OpenExchange, target: Target): void {
  const route = exchange.decision?.route;
  if (route === undefined || !exchange.snapshot.routes.picks.has(route)) return;
  const session = sessionOf(exchange);
  if (session === undefined || exchange.kind.operation !== 'generate') return;
  gateway.traffic.sessions.noteServed(session, route, { target, at: gateway.clock.monotonic() });
}
