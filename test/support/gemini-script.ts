/** The Gemini side of the scripted upstream: text and function calls. */
import type { Conversation } from './agent-brain.ts';
import { textIn } from './agent-brain.ts';
import type { Answered } from './anthropic-script.ts';
import { fragments } from './anthropic-script.ts';
import type { JsonObject } from './recorded-request.ts';
import { asList, asObject } from './recorded-request.ts';

export function readGemini(body: JsonObject): Conversation {
  const parts = asList(body['contents'])
    .flatMap((content) => asList(asObject(content)['parts']))
    .map(asObject);
  const results = parts
    .filter((part) => 'functionResponse' in part)
    .map((part) => textOfResponse(asObject(asObject(part['functionResponse'])['response'])));
  const callsMade = parts.filter((part) => 'functionCall' in part).length;
  const tools = asList(body['tools'])
    .flatMap((tool) => asList(asObject(tool)['functionDeclarations']))
    .map(asObject)
    .map((tool) => ({
      name: String(tool['name']),
      schema: asObject(tool['parametersJsonSchema'] ?? tool['parameters']),
    }));
  return { tools, results, callsMade };
}

function textOfResponse(response: JsonObject): string {
  return Object.values(response).map(textIn).join('\n');
}

/** The answer as one `GenerateContentResponse`. */
export function geminiResponse(answered: Answered): JsonObject {
  return chunk(answered, [partOf(answered)], { finishReason: 'STOP' });
}

/** The answer as chunks; each is a response of its own, the last one tells the end and the usage. */
export function geminiChunks(answered: Answered): JsonObject[] {
  const { saying } = answered;
  const pieces =
    saying.kind === 'text' ? fragments(saying.text).map((text) => ({ text })) : [partOf(answered)];
  return pieces.map((piece, at) =>
    chunk(answered, [piece], at === pieces.length - 1 ? { finishReason: 'STOP' } : {}),
  );
}

function partOf({ saying }: Answered): JsonObject {
  if (saying.kind === 'text') return { text: saying.text };
  return { functionCall: { name: saying.tool, args: saying.input }, thoughtSignature: 'c2lnbmF0dXJl' };
}

function chunk({ model, id, billed }: Answered, parts: readonly JsonObject[], more: JsonObject): JsonObject {
  const prompt = billed.input + billed.cacheRead;
  return {
    candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
    modelVersion: model,
    responseId: id,
    usageMetadata: {
      promptTokenCount: prompt,
      candidatesTokenCount: billed.output,
      totalTokenCount: prompt + billed.output,
      cachedContentTokenCount: billed.cacheRead,
    },
  };
}
