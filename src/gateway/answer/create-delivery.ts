import type { ResponseMeter } from '../../formats/wire-format.ts';
import type { AttemptInput } from '../attempt/attempt-end.ts';
import { decisionText } from '../decide/decision-text.ts';
import type { Delivery } from './delivery.ts';
import { loadTranslation } from '../translate/lazy-translation.ts';
import { PassThrough } from './pass-through.ts';

/** How an attempt's answer reaches the client: as it comes, or in the client's own format. */
export function createDelivery(
  { exchange, prepared }: AttemptInput,
  meter: ResponseMeter,
  isHeld: () => boolean,
): Delivery {
  const { translation, credential } = prepared;
  const input = {
    exchange,
    meter,
    ownCredential: credential.owner === 'gateway',
    decision: decisionText(exchange, prepared),
    start: (status: number, headers: string[]) => {
      if (isHeld()) exchange.answer.beginHeld(status, headers);
      else exchange.answer.begin(status, headers);
    },
  };
  if (translation === undefined) return new PassThrough(input);
  const { Translated } = loadTranslation();
  return new Translated({ ...input, prepared, translation });
}
