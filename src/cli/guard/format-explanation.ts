import type { Explanation } from '../../contract/explain.ts';
import type { Paint } from '../../telemetry/paint.ts';
import { printable } from '../../telemetry/printable.ts';

/** Why a request would go where it would go, in lines for a person. */
export function formatExplanation(explained: Explanation, paint: Paint): string[] {
  const { rule, route, evidence, tier, client, targets, skipped, other_tasks: others } = explained;
  const [first, ...next] = targets.map(nameOf);
  return [
    `${paint('green', first ?? 'nowhere')}${next.length === 0 ? '' : `, then ${next.join(', then ')}`}`,
    row('rule', route === null || route === rule ? rule : `${rule} (${printable(route)})`),
    row('because', printable(evidence, 400)),
    ...(tier === null ? [] : [row('tier', tier)]),
    row('client', client),
    ...(explained.mode === 'target' ? [] : [row('mode', explained.mode)]),
    ...formatShape(explained),
    ...(explained.prompt_tokens === null ? [] : [row('prompt', `about ${explained.prompt_tokens} tokens`)]),
    ...skipped.map(({ target, reason }) =>
      row('skipped', paint('yellow', `${nameOf(target)}: ${printable(reason, 200)}`)),
    ),
    ...formatCopy(explained, paint),
    ...others.map((task) => row('also', `${task.task}: ${printable(task.evidence, 200)}`)),
    ...(explained.answered_here === null
      ? []
      : [row('answered', `by the gateway itself: ${explained.answered_here}`)]),
  ];
}

/** How the first target is asked, in the words of the configuration. */
function formatShape({ shape }: Explanation): string[] {
  const words = Object.entries(shape ?? {}).map(([name, value]) => `${name} ${value}`);
  return words.length === 0 ? [] : [row('shape', words.join(', '))];
}

/** Who would get a copy of the request, and why others do not. */
function formatCopy({ copy }: Explanation, paint: Paint): string[] {
  if (copy === null) return [];
  const share = copy.sample === 1 ? '' : `, of ${Math.round(copy.sample * 1000) / 10} % of the requests`;
  const text = copy.target === null ? 'to nobody' : `to ${nameOf(copy.target)}${share}`;
  return [
    row('copy', text),
    ...copy.skipped.map(({ target, reason }) =>
      row('no copy', paint('yellow', `${nameOf(target)}: ${printable(reason, 200)}`)),
    ),
  ];
}

function nameOf({ provider, model }: Explanation['targets'][number]): string {
  return printable(model === null ? `${provider} (name kept)` : `${provider}/${model}`);
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(8)} ${text}`;
}
