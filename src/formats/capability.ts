import { GatewayError } from '../domain/errors.ts';

/**
 * Classes of what a target cannot do, as Claude Code's gateway contract names them: found in a 400's message, they
 * make the client resend without the feature (https://code.claude.com/docs/en/llm-gateway-protocol, read 2026-11).
 */
export type CapabilityClass =
  | 'mid_conv_system'
  | 'thinking_signature'
  | 'structured_outputs_unsupported'
  | 'effort_unsupported'
  | 'media_budget'
  | 'image_block'
  | 'document_block';

/** A 400 for what must not be dropped in silence. With a class, the clients that know the contract heal themselves. */
export function capabilityRejected(message: string, capability?: CapabilityClass): GatewayError {
  const text = capability === undefined ? message : `${message} capability_rejected: ${capability}`;
  return new GatewayError('capability_rejected', text);
}
