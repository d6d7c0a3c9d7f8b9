import type { CaptureDraft, CaptureSettings } from '../../domain/capture.ts';

export interface CaptureStart {
  readonly directory: string;
}

export type CaptureKeeping = Pick<CaptureSettings, 'keepDays' | 'maxBodyBytes' | 'maxTotalBytes'>;

/** To the thread. */
export interface CaptureRequest {
  readonly number: number;
  readonly draft: CaptureDraft;
  readonly limits: CaptureKeeping;
}

/** From the thread. */
export interface CaptureReply {
  readonly number: number;
  /** Why it could not be stored. */
  readonly error: string | undefined;
}
