import { asList, asObject, type JsonObject } from '../../domain/json-value.ts';
import type { WarningList } from '../../domain/warning.ts';

/** The API's limit on breakpoints in tools, instructions and messages together. */
const MOST_MARKS = 4;

export interface Markable {
  readonly tools: readonly JsonObject[];
  readonly system: readonly JsonObject[];
  readonly messages: readonly JsonObject[];
}

/** Keeps the last four cache marks, since what stands later covers what stands before. Changes the given blocks. */
export function limitCacheMarks(request: Markable, warnings: WarningList): void {
  const marked = allBlocks(request).filter((block) => block['cache_control'] !== undefined);
  for (const block of marked.slice(0, Math.max(0, marked.length - MOST_MARKS))) {
    delete block['cache_control'];
    warnings.add('cache_hint_dropped', 'cache_control', `Only ${MOST_MARKS} cache marks are allowed.`);
  }
}

/** Marks the ends of tools, instructions and conversation where the client set no mark at all. */
export function injectCacheMarks(request: Markable): void {
  if (allBlocks(request).some((block) => block['cache_control'] !== undefined)) return;
  mark(request.tools.at(-1));
  mark(request.system.at(-1));
  const last = request.messages.findLast((message) => message['role'] === 'user');
  mark(asObject(asList(last?.['content']).at(-1)));
}

function mark(block: JsonObject | undefined): void {
  if (block !== undefined) block['cache_control'] = { type: 'ephemeral' };
}

function allBlocks({ tools, system, messages }: Markable): JsonObject[] {
  const inMessages = messages.flatMap((message) => blocksIn(message));
  return [...tools, ...system, ...inMessages];
}

/** Blocks in order, those inside results before the result itself, since its mark stands behind them. */
function blocksIn(holder: JsonObject): JsonObject[] {
  const blocks = asList(holder['content'])
    .map((item) => asObject(item))
    .filter((item) => item !== undefined);
  return blocks.flatMap((block) => [...blocksIn(block), block]);
}
