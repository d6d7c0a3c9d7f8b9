/** The questions of `init`, on a terminal. */
import * as prompts from '@clack/prompts';
import { TIERS, type Tier } from '../../domain/tier.ts';
import { KNOWN_PROVIDERS } from '../../providers/known-providers.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { usualModel, type FirstConfig } from './first-config.ts';
import type { Surroundings } from './surroundings.ts';

export async function askFirstConfig(found: Surroundings): Promise<FirstConfig> {
  prompts.intro('Switchyard');
  prompts.note(describe(found), 'Found on this machine');
  const offered = KNOWN_PROVIDERS.filter(({ credential }) => credential.kind !== 'caller');
  const withKeys = new Set(found.keys.map(({ provider }) => provider));
  const running = new Set(found.helpers.flatMap(({ provider }) => provider ?? []));
  const providers = answered(
    await prompts.multiselect({
      message: 'Providers besides Anthropic, which is always there with your own login',
      options: offered.map(({ name, credential }) => ({
        value: name,
        label: name,
        hint: credential.kind === 'secret' ? credential.variable : 'on this machine',
      })),
      initialValues: offered
        .map(({ name }) => name)
        .filter((name) => withKeys.has(name) || running.has(name)),
      required: false,
    }),
  );
  const tiers: Partial<Record<Tier, string>> = {};
  for (const tier of TIERS.toReversed()) tiers[tier] = await askTarget(tier, providers);
  return { providers, tiers, keys: {} };
}

async function askTarget(tier: Tier, providers: readonly string[]): Promise<string> {
  if (providers.length === 0) return 'anthropic';
  const answer = answered(
    await prompts.select({
      message: `Who serves ${tier}?`,
      options: [
        { value: 'anthropic', label: 'anthropic', hint: 'your own login, the model you asked for' },
        ...providers.map((name) => ({ value: name, label: name })),
      ],
      initialValue: 'anthropic',
    }),
  );
  if (answer === 'anthropic') return answer;
  const usual = usualModel(answer, tier);
  const model = answered(
    await prompts.text({
      message: `Which model of ${answer}? (- keeps the requested name)`,
      placeholder: usual ?? 'model name',
      defaultValue: usual ?? '-',
    }),
  ).trim();
  return model === '-' || model === '' ? answer : `${answer}/${model}`;
}

/** Which of the installed clients are to be pointed at the gateway for good. */
export async function askClients(clients: readonly string[]): Promise<readonly string[]> {
  if (clients.length === 0) return [];
  return answered(
    await prompts.multiselect({
      message:
        'Connect clients for good? Their settings are shown before anything is written. (run CLIENT needs none of it)',
      options: clients.map((name) => ({ value: name, label: name })),
      required: false,
    }),
  );
}

function describe({ clients, helpers, keys }: Surroundings): string {
  return [
    `clients   ${clients.join(', ') || 'none'}`,
    `helpers   ${helpers.map(({ title, port }) => `${title} :${port}`).join(', ') || 'none'}`,
    `keys      ${keys.map(({ variable }) => variable).join(', ') || 'none in the environment'}`,
  ].join('\n');
}

function answered<Answer>(answer: Answer): Exclude<Answer, symbol> {
  if (typeof answer === 'symbol')
    throw new CommandError({ exitCode: EXIT.interrupted, what: 'nothing was written' });
  // The only symbol a question answers with is the one for breaking off.
  return answer as Exclude<Answer, symbol>;
}
