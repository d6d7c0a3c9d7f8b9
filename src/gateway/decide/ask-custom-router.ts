import type { CustomRouterAnswer } from '../../domain/custom-router.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import { TASKS } from '../../domain/task.ts';
import { newestUserText } from '../../formats/newest-user-text.ts';
import { parseBody } from '../../formats/parse-body.ts';
import { tierOfModel } from '../../routing/tier-of-model.ts';
import { recogniseTasks } from './decide.ts';
import type { Gateway } from '../gateway.ts';
import type { DecisionSubject } from './route-state.ts';

/** The newest user text as far as the script sees it in a reduced request, characters. */
const MOST_TEXT = 8_192;

/**
 * Asks the owner's own script where a request should go.
 * @returns `undefined` where there is none, or nothing to route
 */
export async function askCustomRouter(
  gateway: Gateway,
  subject: DecisionSubject,
): Promise<CustomRouterAnswer | undefined> {
  const { customRouter } = subject.snapshot.tasks;
  if (customRouter === undefined || !isRoutedByScript(subject)) return undefined;
  const body = parseBody(subject.inbound.body);
  const facts = factsForScript(gateway, subject);
  const request =
    customRouter.request === 'full'
      ? { ...body, ...facts, user_text: newestUserText(body, MOST_TEXT) }
      : { ...facts, ...reducedContent(subject, body) };
  return gateway.customRouter.ask(request);
}

/** Whether the script has a say in where a request goes, or its copy. */
export function isRoutedByScript({ snapshot, kind, mode }: DecisionSubject): boolean {
  if (snapshot.tasks.customRouter === undefined || kind.operation === 'passthrough') return false;
  if (mode === 'target') return true;
  return mode === 'compare' && kind.operation === 'generate' && snapshot.compare.targets === undefined;
}

/**
 * What the gateway knows of a request. The two names that begin with an underscore are a predecessor's, whose scripts
 * ask for them.
 */
function factsForScript(gateway: Gateway, subject: DecisionSubject) {
  const { facts, inbound, kind, snapshot } = subject;
  const model = facts?.model ?? '';
  const tier = tierOfModel(model, snapshot.routes.tierByModel);
  const content = facts?.content;
  const promptTokens = content && gateway.traffic.scale.estimate(model, content);
  const tasks = [...recogniseTasks(gateway, subject, { tier, promptTokens, order: TASKS })];
  return {
    model,
    tier: tier ?? null,
    task: tasks[0]?.task ?? 'default',
    tasks: tasks.map(({ task }) => task),
    format: kind.format,
    operation: kind.operation,
    stream: facts?.stream ?? false,
    max_tokens: facts?.maxTokens ?? content?.maxTokens ?? null,
    prompt_tokens: promptTokens ?? null,
    request_bytes: inbound.body.length,
    images: content?.images ?? 'none',
    effort: content?.effort ?? null,
    thinking: thinkingOf(content?.thinkingBudget),
    plan_mode: content?.planMode ?? false,
    forced_tool: content?.forcedTool ?? null,
    subagent_tag: facts?.subagentTag ?? null,
    client: inbound.client.name,
    session: inbound.client.session ?? null,
    agent_id: inbound.client.agentId ?? null,
    agent_type: inbound.client.agentType ?? null,
    project: inbound.labels.project ?? null,
    user: inbound.labels.user ?? null,
    _original_model: model,
    _is_background: tasks.some(({ task }) => task === 'background'),
  };
}

/** As Anthropic's clients write it; an empty object where nobody asked for a number of tokens. */
function thinkingOf(budget: number | undefined) {
  return budget === undefined ? {} : { type: 'enabled', budget_tokens: budget };
}

/** The conversation as a script may see it without leave to see all of it: tools by name, and the newest user text. */
function reducedContent({ facts }: DecisionSubject, body: JsonObject) {
  const text = newestUserText(body, MOST_TEXT);
  return {
    user_text: text,
    messages: text === '' ? [] : [{ role: 'user', content: text }],
    tools: facts?.content?.tools.map(({ name, type }) => ({ name, type: type ?? null })) ?? [],
    message_count: messageCount(body),
  };
}

function messageCount(body: JsonObject): number {
  const conversation = body['messages'] ?? body['input'] ?? body['contents'];
  return Array.isArray(conversation) ? conversation.length : 0;
}
