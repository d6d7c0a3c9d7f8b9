import type { ContentFacts } from '../../domain/content-facts.ts';
import type { Span } from '../../lib/splice.ts';
import { listOf, objectOf, parseJson, textOf } from '../foreign-json.ts';

/** Short top-level members that say how the answer is wanted, by what they are about. */
export interface DemandMembers {
  readonly toolChoice: Span;
  readonly thinking: Span;
  readonly effort: Span;
  readonly output: Span;
  readonly outputFormat: Span;
  readonly generation: Span;
  readonly safeguards: Span;
}

type Demands = Pick<
  ContentFacts,
  'forcedTool' | 'thinkingBudget' | 'effort' | 'maxTokens' | 'planMode' | 'asksForTitle'
>;

/** A member this long is a schema of somebody's own, not a choice among a few words. */
const MAX_DEMAND_BYTES = 64 * 1024;

/** Reads the demands of all four formats; what a request does not say is `undefined` or false. */
export function readDemands(body: Buffer, members: Partial<DemandMembers>): Demands {
  const read = (name: keyof DemandMembers): unknown => valueAt(body, members[name]);
  const thinking = objectOf(read('thinking'));
  const output = objectOf(read('output'));
  const generation = objectOf(read('generation'));
  const deep = objectOf(generation['thinkingConfig'] ?? generation['thinking_config']);
  return {
    forcedTool: forcedTool(read('toolChoice')),
    thinkingBudget:
      numberOf(thinking['budget_tokens']) ??
      numberOf(thinking['max_tokens']) ??
      numberOf(deep['thinkingBudget']),
    effort:
      textOf(output['effort']) ??
      textOf(thinking['effort']) ??
      textOf(read('effort')) ??
      textOf(deep['thinkingLevel'])?.toLowerCase(),
    maxTokens: numberOf(generation['maxOutputTokens']),
    planMode: /"permission_mode"\s*:\s*"plan"/.test(rawAt(body, members.safeguards)),
    asksForTitle: [members.output, members.outputFormat, members.generation].some((span) =>
      hasTitleSchema(rawAt(body, span)),
    ),
  };
}

/** The one tool that must be called, in the words of each vendor. */
function forcedTool(choice: unknown): string | undefined {
  const { name, function: called, functionCallingConfig } = objectOf(choice);
  const allowed = listOf(objectOf(functionCallingConfig)['allowedFunctionNames']);
  const type = textOf(objectOf(choice)['type']);
  const hosted = type?.startsWith('web_search') === true ? type : undefined;
  return (
    textOf(name) ??
    textOf(objectOf(called)['name']) ??
    hosted ??
    (allowed.length === 1 ? textOf(allowed[0]) : undefined)
  );
}

/** A schema whose first property is a title; one with more is a task of its own. */
function hasTitleSchema(raw: string): boolean {
  return /"properties"\s*:\s*\{\s*"title"\s*:/.test(raw);
}

function valueAt(body: Buffer, span: Span | undefined): unknown {
  return span === undefined ? undefined : parseJson(rawAt(body, span));
}

function rawAt(body: Buffer, span: Span | undefined): string {
  if (span === undefined || span.end - span.start > MAX_DEMAND_BYTES) return '';
  return body.toString('utf8', span.start, span.end);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
