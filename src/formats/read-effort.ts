import { EFFORTS, type Effort } from '../domain/conversation.ts';

/** An effort as all formats spell it. */
export function asEffort(text: string | undefined): Effort | undefined {
  return EFFORTS.find((effort) => effort === text);
}
