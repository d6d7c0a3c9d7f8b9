import { formatTiming } from '../../telemetry/format-quantity.ts';
import type { Paint } from '../../telemetry/paint.ts';
import type { DemoOutcome } from './play-demo.ts';

export function formatDemoStart(url: string): string[] {
  return [
    `A gateway runs on ${url} with a scripted provider behind it: no key, no network, no cost.`,
    'An agent now sends it five requests.',
  ];
}

/** One request: what was asked, where it went, why, how fast. */
export function formatDemoStep(outcome: DemoOutcome, number: number, paint: Paint): string[] {
  const { step, result, record } = outcome;
  const status = paint(result.error === undefined ? 'green' : 'yellow', String(result.status ?? 'no answer'));
  const fast = formatTiming(result.ttftMs, result.totalMs);
  const why = record?.decision?.evidence ?? 'unknown';
  const said = result.error === undefined ? `“${result.text}”` : result.error;
  return [
    '',
    paint('bold', `${number}. ${step.title}`),
    row('asked', `POST ${step.path} for ${step.model}`),
    row('went to', `${attemptsOf(outcome).join(', then ')}   ${status}   ${fast}`),
    row('because', why),
    row('answer', said),
  ];
}

/** @param command how the user calls the program */
export function formatDemoEnd(command: string): string[] {
  const rows = [
    ['run claude', 'starts a gateway and Claude Code through it, with your login'],
    ['config path', 'the file to write to send tiers elsewhere'],
    ['status', 'shows where each tier goes'],
  ];
  return [
    '',
    'The same with your own providers:',
    ...rows.map(([words = '', meaning]) => `  ${command} ${words.padEnd(13)} ${meaning}`),
  ];
}

/** The outcome is what the script promised. A demo that shows something else is a defect. */
export function isAsPromised({ step, result, record }: DemoOutcome): boolean {
  const served = record?.attempts.at(-1)?.provider;
  return result.status === step.expected.status && served === step.expected.provider;
}

function attemptsOf({ record, result }: DemoOutcome): string[] {
  const attempts = record?.attempts ?? [];
  if (attempts.length === 0) return [result.decision?.target ?? 'nowhere'];
  return attempts.map(({ provider, sentModel, outcome }, index) => {
    const refused = index < attempts.length - 1 && outcome.kind === 'answered' ? ` (${outcome.status})` : '';
    return `${provider}/${sentModel ?? '?'}${refused}`;
  });
}

function row(label: string, text: string): string {
  return `   ${label.padEnd(8)} ${text}`;
}
