import type { ConfigSnapshot } from '../../config/snapshot.ts';
import type { Decision } from '../../domain/decision.ts';
import { formatTarget, type Target } from '../../domain/target.ts';
import type { Task } from '../../domain/task.ts';
import { cacheWrites, promptTokens, type Usage } from '../../domain/usage.ts';
import { routeLists } from '../../routing/route-lists.ts';
import type { WarmTarget } from '../../routing/session-memory.ts';
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
  const { snapshot, decision, attempts, kind, facts } = exchange;
  if (!hasChoice(snapshot) || kind.operation !== 'generate') return;
  const session = sessionOf(exchange);
  const usage = attempts.at(-1)?.usage;
  if (session === undefined || usage === undefined) return;
  const { sessions } = gateway.traffic;
  const served = { target, cachedTokens: cachedTokensOf(usage), at: gateway.clock.monotonic() };
  const left = sessions.noteCached(session, facts?.model ?? '', served);
  const route = decision?.route;
  if (route !== undefined && snapshot.routes.picks.has(route)) sessions.noteServed(session, route, served);
  const lostTokens = left === undefined ? 0 : lostTokensOf(left, usage);
  if (left === undefined || lostTokens <= 0) return;
  exchange.reroute = { from: left.target, to: target, lostTokens };
  exchangeLog(gateway, exchange).info(
    { from: formatTarget(left.target), to: formatTarget(target), tokens: lostTokens },
    `[Route] the session has moved to ${formatTarget(target)}, which read about ${lostTokens} tokens anew that ${formatTarget(left.target)} had cached`,
  );
}

/** What the target before had cached, and this one could not read from its own cache. */
function lostTokensOf({ cachedTokens }: WarmTarget, usage: Usage): number {
  return Math.min(cachedTokens, promptTokens(usage) ?? 0) - (usage.cacheRead ?? 0);
}

const choices = new WeakMap<ConfigSnapshot, boolean>();

/** Whether a conversation may go to more than one target at all; the same for as long as a configuration holds. */
function hasChoice(snapshot: ConfigSnapshot): boolean {
  const known = choices.get(snapshot);
  if (known !== undefined) return known;
  const { routes } = snapshot;
  const answer =
    routes.tasks.size + routes.offload.size > 0 || routeLists(routes).some((targets) => targets.length > 1);
  choices.set(snapshot, answer);
  return answer;
}

/** Prompt tokens that stand in the provider's cache after an answer; of those who cache by themselves, all of them. */
function cachedTokensOf(usage: Usage): number {
  const written = cacheWrites(usage) ?? 0;
  const read = usage.cacheRead ?? 0;
  if (written > 0) return read + written;
  return read > 0 ? (promptTokens(usage) ?? 0) : 0;
}
